"""The rules of the suites that are SQL of their own: data that keeps them, and data that breaks
them by a notch."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from expectations import GATES
from expectations.gate import Gate
from expectations.judge import judge
from tests.expectations.conftest import Database

ROOT = Path(__file__).resolve().parents[2]
BY_NAME = {gate.name: gate for gate in GATES}
LANDED = "date '2026-01-05' as _landed_run_date, 1 as _landing_sequence"


def status(path: Path, gate: str, fragment: str) -> str:
    """What the judge says of the one rule of `gate` whose sentence holds `fragment`."""
    [rule] = [rule for rule in BY_NAME[gate].rules() if fragment in rule.sentence]
    chosen = BY_NAME[gate]
    alone = Gate(
        table=chosen.table,
        layer=chosen.layer,
        opens=chosen.opens,
        at_least_rows=chosen.at_least_rows,
        versions=chosen.versions,
        rules=lambda: [rule],
    )
    [said] = judge(path, [alone], set())
    return said.status


def rows(columns: str, *values: str) -> str:
    return f"select * from (values {', '.join(values)}) as given({columns})"


def positions(*values: str, deleted: int = 0) -> str:
    """(worker, position, from, to) as landed; the source has deleted the position `deleted`."""
    given = rows("worker_id, position_id, effective_date, end_date", *values)
    typed = (
        "worker_id, position_id, cast(effective_date as date) as effective_date, "
        f"cast(end_date as date) as end_date, position_id = {deleted} as is_deleted, "
        "timestamp '2026-01-01' as _fivetran_start"
    )
    return f"select {typed}, {LANDED} from ({given})"


def workers(*values: str) -> str:
    given = rows("id, hire_date, termination_date", *values)
    return (
        "select id, cast(hire_date as date) as hire_date, "
        "cast(termination_date as date) as termination_date, "
        "cast(hire_date as date) as compensation_effective_date, false as is_deleted, "
        f"timestamp '2026-01-01' as _fivetran_start, {LANDED} from ({given})"
    )


EMPLOYED = workers("('a', '2020-01-01', null)")
TWO_SPELLS = workers("('a', '2020-01-01', '2021-12-31')", "('a', '2023-01-01', null)")

HR = {
    "one after the other": (
        EMPLOYED,
        positions("('a', 1, '2020-01-01', '2021-12-31')", "('a', 2, '2022-01-01', null)"),
        set(),
    ),
    "the next one's first day as the last": (
        EMPLOYED,
        positions("('a', 1, '2020-01-01', '2022-01-01')", "('a', 2, '2022-01-01', null)"),
        set(),
    ),
    "overlapping by one day more": (
        EMPLOYED,
        positions("('a', 1, '2020-01-01', '2022-01-02')", "('a', 2, '2022-01-01', null)"),
        {"two positions on one day"},
    ),
    "two that begin on one day": (
        EMPLOYED,
        positions("('a', 1, '2022-01-01', '2022-12-31')", "('a', 2, '2022-01-01', null)"),
        {"two positions on one day"},
    ),
    "two that are open, one of them deleted (D03)": (
        EMPLOYED,
        positions("('a', 1, '2020-01-01', null)", "('a', 2, '2022-01-01', null)", deleted=2),
        set(),
    ),
    "two that are open": (
        EMPLOYED,
        positions("('a', 1, '2020-01-01', null)", "('a', 2, '2022-01-01', null)"),
        {"two open positions"},
    ),
    "a day without one": (
        EMPLOYED,
        positions("('a', 1, '2020-01-01', '2021-12-30')", "('a', 2, '2022-01-01', null)"),
        {"without a position"},
    ),
    "away between two spells (E06)": (
        TWO_SPELLS,
        positions("('a', 1, '2020-01-01', '2021-12-31')", "('a', 2, '2023-01-01', null)"),
        set(),
    ),
    "a day without one in the second spell": (
        TWO_SPELLS,
        positions("('a', 1, '2023-01-01', '2023-06-30')", "('a', 2, '2023-07-02', null)"),
        {"without a position"},
    ),
}


@pytest.mark.parametrize("case", HR)
def test_f29_e08_positions(case: str, database: Database) -> None:
    worker_history, position_history, expected = HR[case]
    path = database(
        {
            "raw_hr.worker_history": worker_history,
            "raw_hr.worker_position_history": position_history,
        }
    )
    rules = {"two positions on one day", "two open positions", "without a position"}
    gate = "raw_hr.worker_position_history"
    assert {rule for rule in rules if status(path, gate, rule) == "broken"} == expected
    assert {status(path, gate, rule) for rule in rules - expected} == {"passed"}


def test_e08_organizations_do_not_loop(database: Database) -> None:
    columns = "id, superior_organization_id"
    tree = rows(columns, "('a', null)", "('b', 'a')", "('c', 'b')", "('d', 'b')")
    loop = rows(columns, "('a', null)", "('b', 'd')", "('c', 'b')", "('d', 'c')")
    for organizations, expected in ((tree, "passed"), (loop, "broken")):
        path = database({"raw_hr.organization": organizations})
        assert status(path, "raw_hr.organization", "above itself") == expected
        path.unlink()


@pytest.mark.parametrize(("second", "expected"), [("-10.00", "passed"), ("-9.99", "broken")])
def test_d06_half_a_journal_does_not_cancel(second: str, expected: str, database: Database) -> None:
    lines = rows("journal_line_id, journal_id, net_amount", "(1, 1, 10.00)", f"(2, 1, {second})")
    path = database({"raw_finance.journal_line": f"select *, {LANDED} from ({lines})"})
    assert status(path, "raw_finance.journal_line", "do not cancel") == expected


def test_c04_a_journal_line_delivered_twice_cancels_all_the_same(database: Database) -> None:
    lines = rows("journal_line_id, journal_id, net_amount", "(1, 1, 10.00)", "(2, 1, -10.00)")
    again = "date '2026-01-06' as _landed_run_date, 2 as _landing_sequence"
    twice = f"select *, {LANDED} from ({lines}) union all select *, {again} from ({lines})"
    path = database({"raw_finance.journal_line": twice})
    assert status(path, "raw_finance.journal_line", "do not cancel") == "passed"


def test_m07_ledger_legs_cancel_and_are_never_rewritten(database: Database) -> None:
    columns = "entry_id, payee_employee_number, account, amount_minor, currency_code"
    entries = rows(
        columns, "(1, '7', 'payable', 500, 'EUR')", "(2, '7', 'entitlement', -500, 'EUR')"
    )
    posted = f"select *, date '2026-01-05' as posted_run_date, {LANDED} from ({entries})"
    path = database({"raw_ledger.entry": posted})
    assert status(path, "raw_ledger.entry", "do not cancel") == "passed"
    assert status(path, "raw_ledger.entry", "different words") == "passed"
    path.unlink()
    rewritten = f"select * replace (501 as amount_minor) from ({posted}) where entry_id = 1"
    one_more = f"{posted} union all {rewritten}"
    path = database({"raw_ledger.entry": one_more})
    assert status(path, "raw_ledger.entry", "different words") == "broken"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "zone", "broken"),
    [
        ("2026-01-05", "9999-12-31", "Europe/Berlin", set()),
        ("2026-01-06", "9999-12-31", "Europe/Berlin", {"have a row where"}),
        ("2000-01-01", "2026-01-05", "Europe/Berlin", {"have a row where"}),
        ("2000-01-01", "9999-12-31", "Europe/Berlln", {"pg_timezone_names"}),
    ],
)
def test_company_settings_are_in_force_in_a_zone_there_is(
    valid_from: str, valid_to: str, zone: str, broken: set[str], database: Database
) -> None:
    path = database(
        {
            "raw_policy.company_settings": f"select '{zone}' as time_zone, "
            f"date '{valid_from}' as valid_from_date, date '{valid_to}' as valid_to_date"
        }
    )
    rules = {"have a row where", "pg_timezone_names"}
    gate = "raw_policy.company_settings"
    assert {rule for rule in rules if status(path, gate, rule) == "broken"} == broken


def deals(held: int, won: int) -> str:
    return (
        f"select range as opportunity_key, true as is_won, range < {held} as is_held "
        f"from range({won})"
    )


@pytest.mark.parametrize(
    ("held", "won", "expected"),
    # F24: one amount in twenty missing is held by name and does not stop the night
    [(5, 100, "passed"), (33, 100, "passed"), (34, 100, "broken"), (6, 12, "passed")],
)
def test_f24_some_deals_may_be_held_but_not_a_third(
    held: int, won: int, expected: str, database: Database
) -> None:
    path = database({"funnel.fct_opportunities": deals(held, won)})
    assert status(path, "funnel.fct_opportunities", "third of the won deals") == expected


CREDITS = "opportunity_key, book, attribution_model, credit_share, credited_amount_minor"
WHOLE = [
    "(1, 'hard', 'split', 0.333333333333, 333)",
    "(1, 'hard', 'split', 0.666666666667, 667)",
    "(1, 'overlay', 'split', 0.25, 250)",
    "(1, 'contribution', 'linear', 1, 1000)",
]


@pytest.mark.parametrize(
    ("changed", "fragment"),
    [
        ("(1, 'hard', 'split', 0.666666666666, 667)", "sum to exactly 1"),
        ("(1, 'hard', 'split', 0.666666666667, 666)", "add up to"),
    ],
)
def test_c02_shares_and_amounts_are_whole(changed: str, fragment: str, database: Database) -> None:
    opportunities = (
        "select 1 as opportunity_key, 1000 as amount_minor, 'EUR' as currency_code, "
        "1000 as plan_amount_minor, true as is_won, false as is_held"
    )
    for values, expected in ((WHOLE, "passed"), ([WHOLE[0], changed, *WHOLE[2:]], "broken")):
        given = f"select *, 'EUR' as currency_code from ({rows(CREDITS, *values)})"
        path = database(
            {
                "contribution.fct_contribution_credits": given,
                "funnel.fct_opportunities": opportunities,
            }
        )
        gate = "contribution.fct_contribution_credits"
        if fragment == "add up to":
            fragment = "credited_amount_minor add up to funnel.fct_opportunities.amount_minor"
        assert status(path, gate, fragment) == expected
        path.unlink()


@pytest.mark.parametrize(
    ("measured", "expected"), [(600, "passed"), (601, "broken"), (700, "broken")]
)
def test_t03_attainment_is_hard_credit_less_refunds(
    measured: int, expected: str, database: Database
) -> None:
    path = database(
        {
            "people.dim_periods": "select '2025-Q4' as period_key, "
            "date '2025-10-01' as start_date, date '2026-01-01' as end_date",
            "contribution.fct_contribution_credits": rows(
                "employee_key, book, incentive_date, plan_credited_amount_minor",
                "('a', 'hard', date '2025-10-01', 700)",
                "('a', 'hard', date '2026-01-01', 50)",
                "('a', 'contribution', date '2025-12-01', 30)",
                "('b', 'hard', date '2025-12-01', 20)",
            ),
            "bonus.fct_attainment": rows(
                "payee_employee_key, measure, period_key, measured_minor, refunded_minor, "
                "overridden_minor",
                f"('a', 'bookings', '2025-Q4', {measured}, 130, 30)",
                "('c', 'bookings', '2025-Q4', 0, 0, 0)",
            ),
        }
    )
    assert status(path, "bonus.fct_attainment", "not their hard credit") == expected


def test_d02_a_difference_of_one_minor_unit_stops_the_night(database: Database) -> None:
    for difference, expected in ((0, "passed"), (1, "broken")):
        path = database(
            {
                "bonus.fct_payout_reconciliation": f"select 5 + {difference} as left_minor, "
                f"5 as right_minor, {difference} as difference_minor"
            }
        )
        assert status(path, "bonus.fct_payout_reconciliation", "have no rows where") == expected
        path.unlink()


def test_a_rule_that_nobody_registered_holds_too(database: Database) -> None:
    known = "('every control adds up (D02)', 5, 0)"
    for rule, expected in (("('a new one', 5, 0)", "passed"), ("('a new one', 5, 1)", "broken")):
        found = rows("rule, rows_covered, rows_failing", known, rule)
        path = database({"intermediate.int_bonus__rule_results": found})
        gate = "intermediate.int_bonus__rule_results"
        assert status(path, gate, "not registered by name") == expected
        path.unlink()


def test_f63_broken_policy_is_named_without_anybodys_address(database: Database) -> None:
    found = rows(
        "rule, table_name, rows_covered, rows_failing, failing_rows",
        "('what a row names exists', 'identity_aliases', 9, 1, 'email / canary@example.com')",
        "('what a row names exists', 'pay_gates', 9, 1, 'measure: success_bonus / target')",
    )
    path = database({"intermediate.int_bonus__policy_findings": found})
    gate = BY_NAME["intermediate.int_bonus__policy_findings"]
    said = [one for one in judge(path, [gate], set()) if one.status == "broken"]
    assert [one.reason for one in said] == [
        "identity_aliases; pay_gates measure: success_bonus / target"
    ]


def test_every_registered_rule_is_judged_on_tables_of_its_shape(tmp_path: Path) -> None:
    """Fails if a rule names a column that its tables do not have: it would stop every night."""
    path = tmp_path / "night.duckdb"
    with duckdb.connect(str(path)) as connection:
        for schema, table, columns in _declared():
            connection.execute(f"create schema if not exists {schema}")
            fields = ", ".join(f'"{name}" {data_type}' for name, data_type in columns.items())
            connection.execute(f'create table if not exists {schema}."{table}" ({fields})')
    said = judge(path, GATES, set())
    lost = [(one.gate, one.expectation, one.reason) for one in said if one.rows_failing is None]
    assert lost == []


def _declared() -> list[tuple[str, str, dict[str, str]]]:
    """(schema, table, types by column) of the raw contract and of the marts' contracts."""
    found = []
    landed = {"_landed_run_date": "date", "_landing_sequence": "bigint"}
    for path in sorted((ROOT / "dbt_project/models/staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                columns = {column["name"]: column["data_type"] for column in table["columns"]}
                found.append((source["name"], table["name"], {**columns, **landed}))
                if table.get("config", {}).get("meta", {}).get("load") == "snapshot":
                    before = source["name"].replace("raw_", "before_")
                    found.append((before, table["name"], {**columns, **landed}))
    for path in sorted((ROOT / "dbt_project/models/marts").glob("*/*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            columns = {column["name"]: column["data_type"] for column in model["columns"]}
            found.append((path.parent.name, model["name"], columns))
    numbers = {"rows_covered": "bigint", "rows_failing": "bigint"}
    texts = {"rule": "text", "table_name": "text", "failing_rows": "text"}
    for model in ("int_bonus__rule_results", "int_bonus__policy_findings"):
        found.append(("intermediate", model, {**texts, **numbers}))
    # what money is staged in has no contract
    found.append(("staging", "stg_finance__journal_lines", {"net_amount": "decimal(24,6)"}))
    found.append(("staging", "stg_finance__invoices", {"amount": "decimal(24,6)"}))
    found.append(("staging", "stg_ledger__entries", {"amount_minor": "bigint"}))
    return found
