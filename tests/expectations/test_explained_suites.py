"""The rules on what pay is explained by: a notch off, and the gate is closed."""

from __future__ import annotations

import pytest

from expectations import GATES
from tests.expectations.asking import verdict
from tests.expectations.conftest import Database
from tests.expectations.test_suites import rows

BY_NAME = {gate.name: gate for gate in GATES}
ELIGIBILITY = rows(
    "employee_key, plan_component_key, period_key, is_payout_eligible, "
    "payout_ineligible_reason_code",
    "('a', 'c', 'q', false, 'not_assigned')",
    "('b', 'c', 'q', true, null)",
)
AWARDED = rows(
    "payee_employee_key, period_key, component_type, cause, source_ref",
    "('a', 'q', 'growth_project', 'project_reached', 'policy.projects:p')",
)
REASONS = "employee_key, plan_component_key, period_key, reason_code"
LINE = "account, disposition_reason_code, entitled_minor, posted_payable_minor, posted_minor, "
LINE += "payout_amount_minor"
CREDIT = "is_measured, override_id, source_minor, refunded_minor, credited_minor, "
CREDIT += "cumulative_before_minor, cumulative_after_minor"
SHARE = "plan_component_key, period_key, pool_part, funded_minor, cap_minor, share_minor"
DRAW = "balance_before_minor, advanced_minor, recovered_minor, forgiveness_minor, forgiven_minor, "
DRAW += "balance_minor"

# gate, a part of the rule's sentence, columns, rows that keep the rule, rows that break it
CASES = {
    "d02_a_line_is_entitled_less_posted": (
        "bonus.fct_payout_lines", "newly earned is", LINE,
        ("('payable', null, 700, 500, 500, 200)", "('held', 'disposition_changed', 9, 0, 4, -4)",
         "('held', 'quota_missing', 700, 500, 100, 100)"),
        ("('payable', null, 700, 500, 500, 201)",),
    ),
    "tiers_are_climbed_by_what_counts": (
        "bonus.fct_commissions", "climbed by what counts", CREDIT,
        ("(true, null, 100, 10, 90, 5, 95)", "(false, null, 7, 0, 7, null, null)"),
        ("(true, null, 100, 10, 90, 5, 96)",),
    ),
    "m02_a_refund_counts_once": (
        "bonus.fct_commissions", "refund counts once", CREDIT,
        ("(true, null, 100, 10, 90, 5, 95)", "(true, 'o-1', 100, 10, 45, 0, 45)"),
        ("(true, null, 100, 10, 80, 5, 85)",),
    ),
    "a_cap_holds": (
        "bonus.fct_pool_shares", "a cap holds", SHARE,
        ("('c', 'q', '', 100, 30, 30)", "('c', 'q', '', 100, null, 70)"),
        ("('c', 'q', '', 100, 30, 31)",),
    ),
    "g05_a_part_of_a_pool_gives_what_it_holds": (
        "bonus.fct_pool_shares", "more than it holds", SHARE,
        ("('c', 'q', '', 100, null, 30)", "('c', 'q', '', 100, null, 70)"),
        ("('c', 'q', '', 100, null, 30)", "('c', 'q', '', 100, null, 71)"),
    ),
    "the_first_reason_is_one_of_all": (
        "bonus.fct_eligibility_reasons", "not among all reasons", REASONS,
        ("('a', 'c', 'q', 'not_assigned')", "('a', 'c', 'q', 'before_go_live')"),
        ("('a', 'c', 'q', 'before_go_live')",),
    ),
    "who_is_eligible_has_no_reason_against": (
        "bonus.fct_eligibility_reasons", "somebody who is eligible", REASONS,
        ("('a', 'c', 'q', 'not_assigned')",),
        ("('a', 'c', 'q', 'not_assigned')", "('b', 'c', 'q', 'quota_zero')"),
    ),
    "t04_a_goal_that_is_not_scored_has_a_reason": (
        "bonus.fct_goal_results", "not scored", "attainment, payout_rate, unscored_reason_code",
        ("(1, 0, null)", "(null, null, 'no_records')"), ("(null, null, null)",),
    ),
    "m01_no_more_is_forgiven_than_policy_forgives": (
        "bonus.fct_draws", "recovered or forgiven", DRAW,
        ("(500, 0, 100, 250, 250, 150)", "(500, 300, 0, 0, 0, 800)"),
        ("(500, 0, 100, 250, 251, 149)",),
    ),
    "who_is_paid_of_a_shared_award_has_a_part": (
        "bonus.fct_award_parts", "nobody took part in",
        "payee_employee_key, period_key, source_ref, is_eligible",
        ("('a', 'q', 'policy.projects:p', true)",), ("('a', 'q', 'policy.projects:p', false)",),
    ),
    "nobody_takes_less_than_nothing_of_an_award": (
        "bonus.fct_award_parts", "at least 0", "weight", ("(0)",), ("(-1)",),
    ),
    "a_prize_is_no_fine": (
        "bonus.dim_spif_prizes", "at least 0", "prize_minor", ("(0)",), ("(-1)",),
    ),
    "an_assignment_holds_for_some_time": (
        "bonus.dim_plan_assignments", "holds for some time", "valid_from_date, valid_to_date",
        ("('2025-01-01', '2025-01-02')",), ("('2025-01-01', '2025-01-01')",),
    ),
    "tiers_begin_at_zero_or_above": (
        "bonus.dim_rate_tables", "at least 0", "lower_attainment", ("(0)",), ("(-0.1)",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_notch_off_closes_the_gate(name: str, database: Database) -> None:
    """Fails if a gate on what explains pay lets a row pass that breaks its rule, or stops one
    that keeps it."""
    gate, fragment, columns, kept, broken = CASES[name]
    [rule] = [rule for rule in BY_NAME[gate].rules() if fragment in rule.sentence]
    for given, expected in ((kept, "passed"), (broken, "broken")):
        tables = {
            "bonus.fct_bonus_eligibility": ELIGIBILITY,
            "bonus.fct_payout_lines": AWARDED,
            gate: rows(columns, *given),
        }
        path = database(tables)
        assert verdict(path, rule, table=gate).status == expected
        path.unlink()
