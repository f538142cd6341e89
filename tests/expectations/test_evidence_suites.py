"""Rules on evidence, identities and the funnel: data that keeps them, and data that breaks them by
a notch."""

from __future__ import annotations

import pytest

from tests.expectations.conftest import Database
from tests.expectations.test_suites import LANDED, rows, status


@pytest.mark.parametrize(
    ("acted_on", "confirmed", "expected"),
    [
        ("timestamp '2025-07-01 10:00'", "timestamp '2025-07-01 10:00'", "passed"),
        ("timestamp '2025-07-01 09:59'", "timestamp '2025-07-02 10:00'", "broken"),
        ("timestamp '2025-07-02 10:00'", "timestamp '2025-07-02 09:59'", "broken"),
        ("cast(null as timestamp)", "timestamp '2025-07-02 10:00'", "broken"),
    ],
)
def test_an_insight_is_delivered_then_acted_on_then_confirmed(
    acted_on: str, confirmed: str, expected: str, database: Database
) -> None:
    path = database(
        {
            "raw_collaboration.insight": "select 'i' as id, timestamp '2025-07-01 10:00' "
            f"as delivered_at, {acted_on} as acted_on_at, {confirmed} as confirmed_at, "
            f"timestamp '2025-07-03 10:00' as updated_at, {LANDED}"
        }
    )
    assert status(path, "raw_collaboration.insight", "delivered, then acted on") == expected


@pytest.mark.parametrize(("second", "expected"), [(40, "passed"), (39, "broken")])
def test_c05_unassigned_hard_credit_is_held_to_the_minor_unit(
    second: int, expected: str, database: Database
) -> None:
    held = "opportunity_key, book, credited_amount_minor"
    path = database(
        {
            "contribution.fct_contribution_credits": rows(
                f"{held}, credit_reason_code",
                "('d', 'hard', 100, 'unresolved_identity')",
                "('d', 'hard', 7, 'split')",
                # owned by nobody: there is no name to hold it for
                "('e', 'hard', 100, 'unresolved_identity')",
            ),
            "contribution.fct_unresolved_credits": rows(
                held, "('d', 'hard', 60)", f"('d', 'hard', {second})", "('d', 'contribution', 5)"
            ),
        }
    )
    found = status(path, "contribution.fct_unresolved_credits", "unassigned hard credit")
    assert found == expected


@pytest.mark.parametrize(("sourced", "expected"), [(60, "passed"), (61, "broken")])
def test_functions_source_no_more_than_was_won(
    sourced: int, expected: str, database: Database
) -> None:
    won = "date '2025-08-15', 100, true, false"
    path = database(
        {
            "funnel.fct_opportunities": rows(
                "won_date, plan_amount_minor, is_won, is_held",
                f"({won})",
                "(date '2025-08-15', 50, true, true)",
            ),
            "people.dim_periods": rows(
                "period_key, start_date, end_date",
                "('2025-Q3', date '2025-07-01', date '2025-10-01')",
            ),
            "funnel.fct_function_sourcing": rows(
                "period_key, plan_currency_code, plan_sourced_amount_minor",
                "('2025-Q3', 'EUR', 40)",
                f"('2025-Q3', 'EUR', {sourced})",
                "('2025-Q3', 'EUR', null)",
            ),
        }
    )
    assert status(path, "funnel.fct_function_sourcing", "more than was won") == expected


@pytest.mark.parametrize(
    ("named", "expected"), [("sales+legal", "passed"), ("sales+leagl", "broken")]
)
def test_a_stage_names_functions_that_policy_knows(
    named: str, expected: str, database: Database
) -> None:
    path = database(
        {
            "raw_policy.functions": rows("function", "('sales')", "('legal')"),
            "raw_policy.funnel_definitions": f"select *, {LANDED} from ("
            + rows("contributing_functions", f"('{named}')", "('')", "(null)")
            + ")",
        }
    )
    gate = "raw_policy.funnel_definitions"
    assert status(path, gate, "contributing function") == expected
