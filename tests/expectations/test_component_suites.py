"""Gates of plan components: rows that keep each rule, and rows that break it by a notch."""

from __future__ import annotations

import pytest

from tests.expectations.conftest import Database
from tests.expectations.test_suites import rows, status

RECOGNITION = "raw_collaboration.recognition"
APPROVAL = (
    "id, updated_at, _landed_run_date, _landing_sequence, given_at, approved_at, approved_by_email"
)
GIVEN = "timestamp '2026-01-05 10:00:00'"
LANDED = f"'r', {GIVEN}, date '2026-01-05', 1, {GIVEN}"
RULES = "intermediate.int_bonus__rule_results"
FINDINGS = "intermediate.int_bonus__policy_findings"

CASES = {
    "not approved": (
        RECOGNITION, APPROVAL, f"({LANDED}, cast(null as timestamp), null)", "approval", "passed",
    ),
    "approved as it was given": (
        RECOGNITION, APPROVAL, f"({LANDED}, {GIVEN}, 'a@example.com')", "approval", "passed",
    ),
    "approved a microsecond before": (
        RECOGNITION, APPROVAL,
        f"({LANDED}, {GIVEN} - interval 1 microsecond, 'a@example.com')", "approval", "broken",
    ),
    "approved by nobody": (
        RECOGNITION, APPROVAL, f"({LANDED}, {GIVEN}, null)", "approval", "broken",
    ),
    "a contest within its budget": (
        RULES, "rule, rows_covered, rows_failing",
        "('awards of one rule stay within what it gives (G05)', 1, 0)", "awards of one rule",
        "passed",
    ),
    "a contest above its budget": (
        RULES, "rule, rows_covered, rows_failing",
        "('awards of one rule stay within what it gives (G05)', 1, 1)", "awards of one rule",
        "broken",
    ),
    "a part of a pool above what it holds": (
        RULES, "rule, rows_covered, rows_failing",
        "('a part of a pool pays no more than it holds (G05)', 1, 1)", "a part of a pool",
        "broken",
    ),
    "a curve that falls": (
        FINDINGS, "rule, table_name, rows_covered, rows_failing, failing_rows",
        "('points of a payout curve rise and pay no less (T01)', 'payout_curves', 2, 1, 'c / 2')",
        "points of a payout curve", "broken",
    ),
    "shares of a project that add up": (
        FINDINGS, "rule, table_name, rows_covered, rows_failing, failing_rows",
        "('the shares of a growth project add up to one', 'projects', 1, 0, null)",
        "shares of a growth project", "passed",
    ),
    "shares of a project that do not add up": (
        FINDINGS, "rule, table_name, rows_covered, rows_failing, failing_rows",
        "('the shares of a growth project add up to one', 'projects', 1, 1, 'p')",
        "shares of a growth project", "broken",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_rule_of_plan_components_breaks_by_a_notch(database: Database, case: str) -> None:
    table, columns, values, rule, expected = CASES[case]
    assert status(database({table: rows(columns, values)}), table, rule) == expected
