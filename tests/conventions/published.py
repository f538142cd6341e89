"""The published tables: who may read each, and what others rely on it to carry.

Written down here a second time on purpose: what others rely on changes in two places or not at all.
"""

from __future__ import annotations

ALL = ["all"]
PEOPLE = ["people"]
FINANCE = ["finance"]
PEOPLE_AND_FINANCE = ["people", "finance"]

EMPLOYEE = "employee_key function team manager_employee_key is_active"

# table: (audience, columns it must carry)
PUBLISHED: dict[str, tuple[list[str], str]] = {
    "people.dim_employees": (PEOPLE_AND_FINANCE, EMPLOYEE),
    "people.dim_employee_history": (
        PEOPLE_AND_FINANCE,
        f"{EMPLOYEE} valid_from_date valid_to_date",
    ),
    "people.dim_accounts": (ALL, "account_key account_name created_date"),
    "people.dim_functions": (ALL, "function function_name valid_from_date valid_to_date"),
    "people.dim_plan_components": (
        FINANCE,
        "plan_component_key component_name valid_from_date valid_to_date",
    ),
    "people.dim_periods": (ALL, "period_key period_type start_date end_date is_closed"),
    "funnel.fct_opportunities": (
        ALL,
        "opportunity_key account_key owner_employee_key stage is_won won_date amount_minor"
        " currency_code period_key",
    ),
    "funnel.fct_funnel_stages": (ALL, "stage entered_at definition_version owner_function"),
    "funnel.fct_funnel_metrics": (
        ALL,
        "definition_version stage entered_month owner_function subject_count further_share"
        " is_in_force",
    ),
    "funnel.fct_function_sourcing": (
        ALL,
        "function period_key sourced_deal_count plan_sourced_amount_minor influenced_deal_count"
        " plan_influenced_amount_minor plan_currency_code suppressed",
    ),
    "collaboration.fct_interactions": (
        PEOPLE,
        "giver_employee_key taker_employee_key kind topic opportunity_key event_at evidence_ref"
        " is_counted exclusion_reason_code",
    ),
    "collaboration.fct_function_flows": (
        ALL,
        "giver_function taker_function collaboration_month interaction_count suppressed",
    ),
    "collaboration.fct_team_collaboration": (ALL, "team collaboration_month suppressed"),
    "collaboration.fct_collaboration_monthly": (
        PEOPLE,
        "employee_key give_count take_count reciprocity tie_count collaboration_load"
        " available_days strong_tie_count brokerage_count gives_per_day takes_per_day",
    ),
    "collaboration.fct_collaboration_pairs": (
        PEOPLE,
        "employee_key colleague_employee_key collaboration_month is_tie is_strong_tie",
    ),
    "collaboration.fct_topic_expertise": (
        PEOPLE,
        "employee_key topic expertise_score is_expert is_active",
    ),
    "collaboration.fct_topic_coverage": (PEOPLE, "topic bus_factor is_orphaned_topic coverage"),
    "contribution.fct_contribution_events": (
        PEOPLE_AND_FINANCE,
        "opportunity_key employee_key function contribution_type event_at known_at evidence_ref"
        " is_counted exclusion_reason_code",
    ),
    "contribution.fct_contribution_credits": (
        PEOPLE_AND_FINANCE,
        "opportunity_key employee_key function attribution_model book credit_share"
        " credited_amount_minor currency_code",
    ),
    "contribution.fct_function_contributions": (
        ALL,
        "function period_key attribution_model currency_code credited_amount_minor credit_share"
        " deal_count",
    ),
    "contribution.fct_coalition_fits": (
        FINANCE,
        "value_table_version segment coalition win_rate opportunity_count won_count",
    ),
    "contribution.fct_coalition_values": (
        ALL,
        "value_table_version segment coalition win_rate opportunity_count",
    ),
    "contribution.fct_value_calibration": (
        ALL,
        "value_table_version segment band_number opportunity_count expected_win_rate"
        " observed_win_rate",
    ),
    "contribution.fct_model_bounds": (
        PEOPLE_AND_FINANCE,
        "opportunity_key employee_key lowest_share highest_share paid_share",
    ),
    "contribution.fct_rating_scores": (
        PEOPLE_AND_FINANCE,
        "employee_key period_key answer_count rating_score_0_100 is_scored",
    ),
    "contribution.fct_rollup_credits": (
        PEOPLE_AND_FINANCE,
        "opportunity_key employee_key book credit_share credited_amount_minor currency_code",
    ),
    "contribution.fct_unresolved_credits": (
        FINANCE,
        "opportunity_key book system identity_value credited_amount_minor currency_code",
    ),
    "bonus.fct_attainment": (
        FINANCE,
        "measured_minor quota_minor attainment null_reason_code period_key",
    ),
    "bonus.fct_gate_results": (
        ALL,
        "plan_component_key period_key actual_minor target_minor margin_minor is_open",
    ),
    "bonus.fct_draws": (
        FINANCE,
        "payee_employee_key plan_component_key period_key earned_minor advanced_minor"
        " recovered_minor balance_minor pay_minor currency_code",
    ),
    "bonus.fct_pools": (
        FINANCE,
        "pool_key period_key funded_minor paid_minor unallocated_minor policy",
    ),
    "bonus.fct_bonus_eligibility": (
        FINANCE,
        "employee_key plan_component_key period_key is_eligible ineligible_reason_code"
        " is_payout_eligible payout_ineligible_reason_code proration_factor",
    ),
    "bonus.fct_eligibility_reasons": (
        FINANCE,
        "employee_key plan_component_key period_key reason_code",
    ),
    "bonus.dim_plan_assignments": (
        FINANCE,
        "plan_key assignee_type assignee_code valid_from_date valid_to_date",
    ),
    "bonus.fct_commissions": (
        FINANCE,
        "credit_key plan_component_key plan_version payee_employee_key period_key credited_minor"
        " commission_minor currency_code",
    ),
    "bonus.fct_pool_shares": (
        FINANCE,
        "pool_key period_key payee_employee_key weight_minor share_minor currency_code is_eligible",
    ),
    "bonus.fct_goal_results": (
        FINANCE,
        "plan_component_key goal_key period_key measure attainment payout_rate"
        " unscored_reason_code",
    ),
    "bonus.fct_award_parts": (
        FINANCE,
        "plan_component_key award_type award_key payee_employee_key period_key award_minor weight"
        " currency_code is_eligible source_ref",
    ),
    "bonus.dim_spif_prizes": (FINANCE, "spif_key place prize_minor currency_code"),
    "bonus.dim_rate_tables": (
        FINANCE,
        "rate_table_key tier lower_attainment upper_attainment rate",
    ),
    "bonus.fct_payout_lines": (
        FINANCE,
        "payout_line_key payee_employee_key plan_component_key plan_version period_key account"
        " entry_type payout_amount_minor currency_code source_ref cause",
    ),
    "bonus.fct_payouts": (
        FINANCE,
        "payee_employee_key currency_code payout_amount_minor line_count",
    ),
    "bonus.fct_payout_reconciliation": (
        FINANCE,
        "control period_key currency_code left_minor right_minor difference_minor",
    ),
    "operations.fct_quarantine": (FINANCE, "table_name row_key book reason_code amount_minor"),
    "operations.fct_gate_evidence": (ALL, "gate expectation status rows_covered run_date"),
    "operations.fct_releases": (
        ALL,
        "release_id run_date parent_release_id landing_hash policy_hash ledger_hash code_hash"
        " approved_by",
    ),
}
