"""Attainment, eligibility, pay gates and pools."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Price

_gate = partial(Gate, layer="bonus")

_UNLIKE_CREDIT = """
select 1
from judged
inner join people.dim_periods as periods on periods.period_key = judged.period_key
where measure = 'bookings' and measured_minor + refunded_minor - overridden_minor <> (
    select coalesce(sum(plan_credited_amount_minor), 0)
    from contribution.fct_contribution_credits as credits
    where book = 'hard' and credits.employee_key = judged.payee_employee_key
        and periods.start_date <= incentive_date and incentive_date < periods.end_date
)
"""

_UNLIKE_TEAM = """
select 1
from judged
inner join people.dim_periods as periods on periods.period_key = judged.period_key
where measure = 'team_bookings' and measured_minor + refunded_minor <> (
    select coalesce(sum(plan_credited_amount_minor), 0)
    from contribution.fct_rollup_credits as credits
    where book = 'hard_rollup' and credits.employee_key = judged.payee_employee_key
        and periods.start_date <= incentive_date and incentive_date < periods.end_date
)
"""

GATES = (
    _gate(
        table="bonus.fct_attainment",
        opens="commissions by tier",
        price=Price("payee_employee_key", "measured_minor", "currency_code"),
        # nobody is measured before the first deal or quota
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("payee_employee_key", "measure", "period_key"),
            must.always_have(
                "payee_employee_key", "measure", "period_key", "measured_minor", "currency_code"
            ),
            must.have_no_rows_where(
                "(attainment is null) <> (null_reason_code is not null)",
                because="no attainment has a reason (T04)",
            ),
            must.have_no_rows_where(
                "attainment is not null and coalesce(quota_minor, 0) <= 0",
                because="attainment of no quota is neither zero nor infinite (T04)",
            ),
            must.have_no(
                "payee whose measured amount is not their hard credit less refunds",
                _UNLIKE_CREDIT,
                because="tiers and quotas are climbed by it",
            ),
            must.have_no(
                "manager whose team's measured amount is not the sum of what rolled up to them",
                _UNLIKE_TEAM,
                because="a deal counts once above, however many share it (C03)",
            ),
        ],
    ),
    _gate(
        table="bonus.fct_commissions",
        opens="commission lines",
        price=Price("payee_employee_key", "credited_minor", "currency_code"),
        # plans need not pay by transaction
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("credit_key", "plan_component_key"),
            must.always_have("plan_version", "period_key", "credited_minor", "currency_code"),
            must.have_no_rows_where(
                "is_measured "
                "and cumulative_after_minor - cumulative_before_minor <> credited_minor",
                because="tiers are climbed by what counts of each deal, once",
            ),
            must.have_no_rows_where(
                "override_id is null and source_minor - refunded_minor <> credited_minor",
                because="a refund counts once (M02)",
            ),
        ],
    ),
    _gate(
        table="bonus.fct_pool_shares",
        opens="pool shares",
        # plans need not have pools
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("pool_share_key"),
            must.be_at_least("share_minor", 0, because="a pool never takes from anybody"),
            must.have_no_rows_where(
                "share_minor > cap_minor", because="a cap holds to the minor unit"
            ),
            must.have_no(
                "part of a pool whose shares are more than it holds",
                "select 1 from judged group by plan_component_key, period_key, pool_part, "
                "funded_minor having sum(share_minor) > funded_minor",
                because="a pool pays what it holds (G05)",
            ),
        ],
    ),
    _gate(
        table="bonus.dim_rate_tables",
        opens="commissions by tier",
        # plans need not have tiers
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("rate_table_key", "tier"),
            must.be_at_least("lower_attainment", 0),
        ],
    ),
    _gate(
        table="bonus.fct_bonus_eligibility",
        opens="who may be paid",
        at_least_rows=1,
        absent_domain="hr",
        rules=lambda: [
            must.have_one_row_per("employee_key", "plan_component_key", "period_key"),
            must.always_have("plan_version", "is_eligible", "is_payout_eligible"),
            must.be_between("proration_factor", 0, 1),
            must.have_no_rows_where(
                "assigned_days < 0 or assigned_days > period_days",
                because="nobody is assigned for more days than there are (E03)",
            ),
            must.have_no_rows_where(
                "is_eligible = (ineligible_reason_code is not null) "
                "or is_payout_eligible = (payout_ineligible_reason_code is not null)",
                because="every no has a reason, and only a no",
            ),
            must.have_no_rows_where(
                "is_payout_eligible and not is_eligible",
                because="who may not be measured may not be paid",
            ),
        ],
    ),
    _gate(
        table="bonus.fct_eligibility_reasons",
        opens="why somebody is not paid",
        # everybody may be eligible for everything
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per(
                "employee_key", "plan_component_key", "period_key", "reason_code"
            ),
            must.have_no(
                "no of fct_bonus_eligibility whose reason is not among all reasons",
                "select 1 from bonus.fct_bonus_eligibility as eligibility "
                "where not is_payout_eligible and not exists (select 1 from judged "
                "where judged.employee_key = eligibility.employee_key "
                "and judged.plan_component_key = eligibility.plan_component_key "
                "and judged.period_key = eligibility.period_key "
                "and judged.reason_code = eligibility.payout_ineligible_reason_code)",
                because="the first reason is one of all",
            ),
            must.have_no(
                "reason against somebody who is eligible",
                "select 1 from judged inner join bonus.fct_bonus_eligibility as eligibility "
                "using (employee_key, plan_component_key, period_key) where is_payout_eligible",
            ),
        ],
    ),
    _gate(
        table="bonus.dim_plan_assignments",
        opens="whom a plan is for",
        at_least_rows=1,
        absent_domain="policy",
        rules=lambda: [
            must.have_one_row_per("plan_assignment_key"),
            must.have_no_rows_where(
                "valid_to_date <= valid_from_date", because="an assignment holds for some time"
            ),
        ],
    ),
    _gate(
        table="bonus.fct_gate_results",
        opens="bonuses behind pay gates",
        # plans need not have pay gates
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("plan_component_key", "pay_gate", "period_key"),
            must.have_no_rows_where(
                "is_open <> coalesce(margin_minor >= 0, false)",
                because="one minor unit short is closed (G01)",
            ),
            must.have_no_rows_where(
                "margin_minor is distinct from actual_minor - target_minor",
                because="the margin is what the statement shows",
            ),
        ],
    ),
    _gate(
        table="bonus.fct_goal_results",
        opens="bonuses by goals",
        # plans need not have goals
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("goal_result_key"),
            must.have_no_rows_where(
                "(attainment is null) <> (unscored_reason_code is not null) "
                "or (payout_rate is null) <> (attainment is null)",
                because="what is not scored has a reason, and only that (T04, C13)",
            ),
        ],
    ),
    _gate(
        table="bonus.fct_award_parts",
        opens="awards that several share",
        # plans need not have any
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("award_part_key"),
            must.be_at_least("weight", 0),
            must.have_no(
                "line of a shared award that nobody took part in",
                "select 1 from bonus.fct_payout_lines as lines "
                "where component_type in ('growth_project', 'mentor_bonus', 'spif') "
                "and cause in ('project_reached', 'mentee_progressed', 'contest_won') "
                "and not exists (select 1 from judged where is_eligible "
                "and judged.payee_employee_key = lines.payee_employee_key "
                "and judged.period_key = lines.period_key "
                "and judged.source_ref = lines.source_ref)",
                because="who is paid of it has a part",
            ),
        ],
    ),
    _gate(
        table="bonus.dim_spif_prizes",
        opens="prizes of contests",
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("spif_key", "place"),
            must.be_at_least("prize_minor", 0),
        ],
    ),
    _gate(
        table="bonus.fct_draws",
        opens="advances and what of them comes back",
        # plans need not have draws
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("payee_employee_key", "plan_component_key", "period_key"),
            must.be_at_least("balance_minor", 0),
            must.have_no_rows_where(
                "balance_minor <> balance_before_minor + advanced_minor - recovered_minor "
                "- forgiven_minor or forgiven_minor not between 0 and forgiveness_minor",
                because="an advance is owed until it is recovered or forgiven (M01)",
            ),
            must.have_no_rows_where(
                "pay_minor < greatest(recoverable_minor, guarantee_minor) "
                "or (recovered_minor > 0 and pay_minor > greatest(recoverable_minor, "
                "guarantee_minor) and balance_minor > 0)",
                because="recovery stops at the floor and not before (M01)",
            ),
        ],
    ),
    _gate(
        table="bonus.fct_pools",
        opens="pool shares",
        # plans need not have pools
        at_least_rows=0,
        rules=lambda: [
            must.have_one_row_per("pool_key", "period_key", "currency_code"),
            must.always_have("funded_minor", "paid_minor", "unallocated_minor", "policy"),
            must.be_at_least("funded_minor", 0),
            must.be_at_least("paid_minor", 0),
            must.have_no_rows_where(
                "paid_minor > funded_minor", because="a pool pays what it holds (G05)"
            ),
            must.have_no_rows_where(
                "paid_minor + unallocated_minor <> funded_minor",
                because="what a pool does not pay it keeps, to the minor unit",
            ),
        ],
    ),
)
