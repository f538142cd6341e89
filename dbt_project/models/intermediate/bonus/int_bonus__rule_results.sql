-- One row per rule that money must obey across tables.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

company_settings as (
    select settings.*
    from {{ ref('stg_policy__company_settings') }} as settings
    cross join night
    where {{ in_force('night.run_date', 'settings') }}
),

lines as (
    select * from {{ ref('fct_payout_lines') }}
),

periods as (
    select * from {{ ref('dim_periods') }}
),

eligibility as (
    select * from {{ ref('fct_bonus_eligibility') }}
),

closed_gates as (
    {{ closed_gates(ref('fct_gate_results')) }}
),

spells as (
    select distinct employee_key from {{ ref('int_identity__employee_spells') }}
),

versions_in_force as (
    select
        credits.credit_key,
        credits.plan_component_key,
        count(plan_components.plan_version) as version_count,
        max(case when plan_components.plan_version = credits.plan_version then 1 else 0 end)
            as is_own_version
    from {{ ref('int_bonus__credits') }} as credits
    left join {{ ref('stg_policy__plan_components') }} as plan_components
        on credits.plan_component_key = plan_components.plan_component_key
        and {{ in_force('credits.incentive_date', 'plan_components') }}
    group by credits.credit_key, credits.plan_component_key
),

judged_lines as (
    select
        lines.*,
        periods.start_date,
        spells.employee_key,
        eligibility.is_eligible,
        closed_gates.period_key is not null as is_gate_closed
    from lines
    left join periods
        on lines.period_key = periods.period_key
    left join spells
        on lines.payee_employee_key = spells.employee_key
    left join eligibility
        on lines.payee_employee_key = eligibility.employee_key
        and lines.plan_component_key = eligibility.plan_component_key
        and lines.period_key = eligibility.period_key
    left join closed_gates
        on lines.plan_component_key = closed_gates.plan_component_key
        and lines.period_key = closed_gates.period_key
),

ledger_sources as (
    select cast(sum(amount_minor) as bigint) as net_minor
    from {{ ref('stg_ledger__entries') }}
    group by payee_employee_number, plan_component_key, period_key, source_ref, currency_code
),

checks as (
    select
        'every control adds up (D02)' as rule,
        difference_minor <> 0 as is_failing
    from {{ ref('fct_payout_reconciliation') }}
    union all
    select
        'a pool pays no more than it holds (G05)' as rule,
        paid_minor > funded_minor or paid_minor < 0 as is_failing
    from {{ ref('fct_pools') }}
    union all
    select
        'a part of a pool pays no more than it holds (G05)' as rule,
        cast(
            sum(case when pool_shares.is_eligible then pool_shares.share_minor else 0 end) as bigint
        )
            > max(pool_funding.offered_minor) as is_failing
    from {{ ref('int_bonus__pool_shares') }} as pool_shares
    inner join {{ ref('int_bonus__pool_funding') }} as pool_funding
        on pool_shares.plan_component_key = pool_funding.plan_component_key
        and pool_shares.period_key = pool_funding.period_key
        and pool_shares.pool_part = pool_funding.pool_part
    group by pool_shares.plan_component_key, pool_shares.period_key, pool_shares.pool_part
    union all
    select
        'awards of one rule stay within what it gives (G05)' as rule,
        cast(sum(entitled_minor) as bigint) > max(limit_minor) or min(entitled_minor) < 0
            as is_failing
    from {{ ref('int_bonus__awards') }}
    group by plan_component_key, period_key, limit_key
    union all
    select
        'what a pool keeps has a reason (G06)' as rule,
        unallocated_minor <> 0 and unallocated_reason_code is null as is_failing
    from {{ ref('fct_pools') }}
    union all
    select
        'no line belongs to a period before go-live' as rule,
        coalesce(judged_lines.start_date < company_settings.go_live_date, true) as is_failing
    from judged_lines
    cross join company_settings
    union all
    select
        'a payee is an employee (C05)' as rule,
        employee_key is null as is_failing
    from judged_lines
    union all
    select
        'nobody ineligible is newly paid (E05)' as rule,
        payout_amount_minor > 0 and not coalesce(is_eligible, false) as is_failing
    from judged_lines
    where account = 'payable' and cause not in ('opening_balance', 'disposition_changed')
        and source_ref not like 'policy.adjustments:%'
    union all
    select
        'a closed pay gate pays nothing new (G01)' as rule,
        payout_amount_minor > 0 and is_gate_closed as is_failing
    from judged_lines
    where entry_type = 'earning' and cause <> 'guarantee'
    union all
    select
        'nothing provisional is payable (G04)' as rule,
        account = 'payable' and is_provisional and cause <> 'opening_balance'
            and payout_amount_minor > 0 as is_failing
    from judged_lines
    union all
    select
        'an accrual is held' as rule,
        account <> 'held' as is_failing
    from judged_lines
    where entry_type in ('accrual', 'accrual_reversal')
    union all
    select
        'what is not payable has a reason (T04)' as rule,
        account <> 'payable' and disposition_reason_code is null as is_failing
    from judged_lines
    union all
    select
        'a line is in the plan currency (M10)' as rule,
        judged_lines.currency_code <> company_settings.plan_currency_code as is_failing
    from judged_lines
    cross join company_settings
    union all
    select
        'a transaction is paid under exactly one plan version (E01)' as rule,
        version_count <> 1 or is_own_version <> 1 as is_failing
    from versions_in_force
    union all
    select
        'what a draw pays ahead is owed (M01)' as rule,
        cast(sum(case when cause = 'guarantee' then 0 else entitled_minor end) as bigint) <> 0
            as is_failing
    from {{ ref('int_bonus__earnings') }}
    where cause in ('draw_advance', 'draw_recovery', 'draw_balance', 'guarantee')
    group by payee_employee_key, plan_component_key, period_key
    union all
    select
        'nobody is paid less than nothing (M05)' as rule,
        payout_amount_minor < 0 as is_failing
    from {{ ref('fct_payouts') }}
    union all
    select
        'who is left out has a reason' as rule,
        (not is_eligible and ineligible_reason_code is null)
            or (not is_payout_eligible and payout_ineligible_reason_code is null) as is_failing
    from eligibility
    union all
    select
        'what was posted cancels over its legs (M07)' as rule,
        net_minor <> 0 as is_failing
    from ledger_sources
),

rules as (
    select
        rule,
        cast(count(*) as bigint) as rows_covered,
        cast(count(case when is_failing then 1 end) as bigint) as rows_failing
    from checks
    group by rule
)

select
    rule,
    rows_covered,
    rows_failing
from rules
