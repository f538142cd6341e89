"""Gates of collaboration: rows that keep each rule, and rows that break it by a notch."""

from __future__ import annotations

import pytest

from tests.expectations.conftest import Database
from tests.expectations.test_suites import rows, status

TEAM = (
    "suppressed, member_count, available_days, give_count, take_count, tie_count, "
    "strong_tie_count, brokerage_count, reciprocity, gives_per_day, takes_per_day, ties_per_day, "
    "collaboration_load"
)
NOTHING = ", ".join(["cast(null as bigint)"] * 12)
MIN_5 = (
    "select 5 as min_group_size, date '2000-01-01' as valid_from_date, "
    "date '9999-12-31' as valid_to_date"
)

CASES = {
    "a hidden team without measures": (
        "fct_team_collaboration", TEAM, f"(true, {NOTHING})", "a measure of few people", "passed",
    ),
    "a hidden team with its gives": (
        "fct_team_collaboration", TEAM,
        "(true, null, null, 7, null, null, null, null, null, null, null, null, null)",
        "a measure of few people", "broken",
    ),
    "a hidden team with its load": (
        "fct_team_collaboration", TEAM,
        "(true, null, null, null, null, null, null, null, null, null, null, null, 0.1)",
        "a rate of few people", "broken",
    ),
    "a shown team of five": (
        "fct_team_collaboration", TEAM, "(false, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)",
        "large enough", "passed",
    ),
    "a shown team of four": (
        "fct_team_collaboration", TEAM, "(false, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)",
        "large enough", "broken",
    ),
    "a hidden flow with its count": (
        "fct_function_flows", "suppressed, interaction_count", "(true, 3)", "few people", "broken",
    ),
    "an orphaned topic": (
        "fct_topic_coverage", "coverage, bus_factor", "('orphaned', 0)", "P04", "passed",
    ),
    "a topic covered by nobody": (
        "fct_topic_coverage", "coverage, bus_factor", "('covered', 0)", "P04", "broken",
    ),
    "left out without a reason": (
        "fct_interactions", "is_counted, exclusion_reason_code", "(false, null)", "its reason",
        "broken",
    ),
    "left out with a reason": (
        "fct_interactions", "is_counted, exclusion_reason_code", "(false, 'over_pair_cap')",
        "its reason", "passed",
    ),
    "strong without a tie": (
        "fct_collaboration_pairs", "is_strong_tie, is_tie", "(true, false)", "a tie first",
        "broken",
    ),
    "help with oneself": (
        "fct_collaboration_pairs",
        "employee_key, colleague_employee_key, give_count, take_count", "('a', 'a', 1, 0)",
        "two people", "broken",
    ),
    "more strong ties than ties": (
        "fct_collaboration_monthly", "strong_tie_count, tie_count", "(2, 1)", "a tie first",
        "broken",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_p02_p04_a_gate_of_collaboration_breaks_by_a_notch(case: str, database: Database) -> None:
    table, columns, values, fragment, expected = CASES[case]
    path = database(
        {f"collaboration.{table}": rows(columns, values), "raw_policy.company_settings": MIN_5}
    )
    assert status(path, f"collaboration.{table}", fragment) == expected
