"""The second opinion finds what is wrong with a model; it agrees with every golden case that is
right (test_golden_cases.py) and with generated companies (test_generated_companies.py)."""

from __future__ import annotations

import pytest

from tests.pay import company, facts, golden, opinion
from tests.pay.engine import Engine

# Each model as somebody might break it: what stands in its SQL, what would stand there instead,
# and a case that shows it.
WRONG = {
    "g01_a_tolerance_of_one_minor_unit": (
        "intermediate.int_bonus__gate_results",
        ("target_minor >= 0", "target_minor >= -1"),
        "g01_one_minor_unit_short",
    ),
    "g02_the_pool_is_no_cost_of_its_own_profit": (
        "intermediate.int_bonus__pool_funding",
        ("(1000000 + funding_rate_units)", "1000000"),
        "g02_the_pool_is_its_own_cost",
    ),
    "c02_the_last_by_key_gets_the_odd_cent": (
        "intermediate.int_bonus__pool_shares",
        ("uncapped_minor_remainder desc nulls last, participant_key asc",
         "uncapped_minor_remainder desc nulls last, participant_key desc"),
        "g05_thirds_of_a_pool",
    ),
    "t02_a_deal_is_paid_at_the_tier_it_reaches": (
        "intermediate.int_bonus__commissions",
        ("else least(before_minor, coalesce(upper_minor, before_minor)) - lower_minor", "else 0"),
        "t02_deal_across_a_tier_edge",
    ),
    "t06_the_later_deal_climbs_first": (
        "intermediate.int_bonus__credits",
        ("won_at asc nulls last", "won_at desc nulls last"),
        "t06_order_of_one_day",
    ),
    "e06_service_bridges": (
        "intermediate.int_bonus__standings",
        ("order by spells.valid_from_date desc", "order by spells.valid_from_date asc"),
        "e06_service_does_not_bridge",
    ),
    "e04_a_quota_follows_the_last_profile": (
        "intermediate.int_bonus__quotas",
        ("when profile_totals.is_prorated = 1", "when false"),
        "e04_transfer_between_job_profiles",
    ),
    "g07_small_sums_are_paid": (
        "intermediate.int_bonus__payables",
        ("abs(outstanding_minor) < minimum_payment_minor", "false"),
        "g07_one_cent_below_the_minimum",
    ),
    "p01_no_limit_of_a_pair": (
        "intermediate.int_bonus__recognitions",
        ("pair_rank > max_per_pair_month", "false"),
        "p01_limit_of_a_pair_counts_both_ways",
    ),
    "t01_as_much_as_before_is_progress": (
        "intermediate.int_bonus__mentor_awards",
        ("<= greatest(coalesce(progress.done_before, 0), 0)", "<= 0"),
        "t01_progress_is_more_than_before",
    ),
    "d01_a_project_counts_the_day_after_its_last": (
        "intermediate.int_bonus__project_shares",
        ("won_date < projects.end_date", "won_date <= projects.end_date"),
        "d01_project_by_number_of_deals",
    ),
    "g05_a_contest_without_its_budget": (
        "intermediate.int_bonus__spif_awards",
        ("least(part_minor, budget_minor - spent_minor)", "part_minor"),
        "g05_contest_until_the_budget_is_used_up",
    ),
    "t04_two_ratings_are_a_score": (
        "intermediate.int_bonus__goal_results",
        ("kpi_values.record_count < goals.least_record_count", "false"),
        "t04_kpi_with_too_few_records",
    ),
    "m01_recovery_below_the_guarantee": (
        "intermediate.int_bonus__draws",
        ("greatest(coalesce(earned.earned_minor, 0), promised.guarantee_minor)",
         "coalesce(earned.earned_minor, 0)"),
        "m01_no_recovery_below_the_guarantee",
    ),
    "g06_a_cap_is_paid_where_nobody_weighs_anything": (
        "intermediate.int_bonus__pool_shares",
        ("least(coalesce(shared_parts.uncapped_minor, 0), shared_parts.cap_minor)",
         "least(shared_parts.uncapped_minor, shared_parts.cap_minor)"),
        "g06_no_weight_pays_no_cap",
    ),
    "g05_what_is_above_a_cap_is_kept": (
        "intermediate.int_bonus__pool_shares",
        ("filled_parts.filled_minor,", "null,"),
        "g05_above_a_cap_the_others_share",
    ),
    "m09_an_override_is_forgotten": (
        "intermediate.int_bonus__transactions",
        ("'credited_amount'", "'nothing'"),
        "m09_refund_takes_its_part_of_an_override",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_model_is_found(engine: Engine, name: str) -> None:
    """Fails if the second opinion agrees with a model that breaks the rule."""
    relation, wrong, case_name = WRONG[name]
    case = golden.read(case_name)
    ((night, _),) = case.nights
    given = company.tables(case.company(night, ()))
    with engine.night(given) as connection:
        right = opinion.lines(facts.read(connection))
        assert not opinion.differences(opinion.from_models(connection), right)
    with engine.night(given, wrong={relation: wrong}) as connection:
        assert opinion.differences(opinion.from_models(connection), right)
