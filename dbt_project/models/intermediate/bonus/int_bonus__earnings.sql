-- One row per payee, plan component, period and source: what is entitled to date.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where is_live
),

closed_gates as (
    {{ closed_gates(ref('int_bonus__gate_results')) }}
),

open_periods as (
    select component_periods.*
    from component_periods
    left join closed_gates
        on component_periods.plan_component_key = closed_gates.plan_component_key
        and component_periods.period_key = closed_gates.period_key
    where closed_gates.plan_component_key is null
),

commissions as (
    select * from {{ ref('int_bonus__released_commissions') }}
),

success_bonuses as (
    select * from {{ ref('int_bonus__success_bonuses') }}
),

pool_shares as (
    select * from {{ ref('int_bonus__pool_shares') }}
),

awards as (
    select * from {{ ref('int_bonus__awards') }}
),

stated_earnings as (
    select
        payee_employee_key, plan_component_key, plan_version, period_key, source_ref, cause,
        rule_key, stated_account, currency_code, entitled_minor
    from {{ ref('int_bonus__stated_earnings') }}
    union all
    select
        payee_employee_key, plan_component_key, plan_version, period_key, source_ref, cause,
        rule_key, stated_account, currency_code, entitled_minor
    from {{ ref('int_bonus__draw_movements') }}
),

earnings as (
    select
        commissions.payee_employee_key,
        commissions.plan_component_key,
        commissions.plan_version,
        commissions.period_key,
        commissions.source_ref,
        commissions.opportunity_key,
        'deal_won' as cause,
        commissions.rule_key,
        cast(null as string) as opening_account,
        commissions.hold_reason_code,
        commissions.currency_code,
        commissions.credited_minor as base_minor,
        commissions.tier_rate as rate,
        cast(null as decimal(9, 6)) as payout_rate,
        cast(null as decimal(18, 12)) as pool_share,
        -- zero stands for "not computable"; the hold reason says so (T04)
        coalesce(commissions.released_minor, 0) as entitled_minor
    from commissions
    union all
    select
        success_bonuses.payee_employee_key,
        success_bonuses.plan_component_key,
        open_periods.plan_version,
        success_bonuses.period_key,
        'bonus.fct_bonus_eligibility:' || success_bonuses.plan_component_key
            || ':' || success_bonuses.period_key as source_ref,
        cast(null as string) as opportunity_key,
        'gates_open' as cause,
        case when success_bonuses.payout_rate is null then 'target_rate' else 'goals' end
            as rule_key,
        cast(null as string) as opening_account,
        case when success_bonuses.salary_days_minor is null then 'salary_missing' end
            as hold_reason_code,
        success_bonuses.currency_code,
        success_bonuses.salary_days_minor as base_minor,
        success_bonuses.target_rate as rate,
        success_bonuses.payout_rate,
        cast(null as decimal(18, 12)) as pool_share,
        success_bonuses.bonus_minor as entitled_minor
    from success_bonuses
    inner join open_periods
        on success_bonuses.plan_component_key = open_periods.plan_component_key
        and success_bonuses.period_key = open_periods.period_key
    where success_bonuses.bonus_minor <> 0 or success_bonuses.salary_days_minor is null
    union all
    select
        pool_shares.payee_employee_key,
        pool_shares.plan_component_key,
        open_periods.plan_version,
        pool_shares.period_key,
        'bonus.fct_pools:' || pool_shares.pool_key || ':' || pool_shares.period_key
            || case when pool_shares.pool_part = '' then '' else ':' || pool_shares.pool_part end
            as source_ref,
        pool_shares.opportunity_key,
        'pool_shared' as cause,
        open_periods.funding_type || ' by ' || open_periods.share_rule as rule_key,
        cast(null as string) as opening_account,
        cast(null as string) as hold_reason_code,
        pool_shares.currency_code,
        pool_shares.weight as base_minor,
        open_periods.funding_rate as rate,
        cast(null as decimal(9, 6)) as payout_rate,
        pool_shares.pool_share,
        pool_shares.share_minor as entitled_minor
    from pool_shares
    inner join open_periods
        on pool_shares.plan_component_key = open_periods.plan_component_key
        and pool_shares.period_key = open_periods.period_key
    where pool_shares.is_eligible and pool_shares.share_minor <> 0
    union all
    select
        payee_employee_key,
        plan_component_key,
        plan_version,
        period_key,
        source_ref,
        cast(null as string) as opportunity_key,
        cause,
        rule_key,
        stated_account as opening_account,
        cast(null as string) as hold_reason_code,
        currency_code,
        cast(null as bigint) as base_minor,
        cast(null as decimal(9, 6)) as rate,
        cast(null as decimal(9, 6)) as payout_rate,
        cast(null as decimal(18, 12)) as pool_share,
        entitled_minor
    from stated_earnings
    union all
    select
        awards.payee_employee_key,
        awards.plan_component_key,
        awards.plan_version,
        awards.period_key,
        awards.source_ref,
        awards.opportunity_key,
        awards.cause,
        awards.rule_key,
        cast(null as string) as opening_account,
        awards.hold_reason_code,
        awards.currency_code,
        awards.base_minor,
        cast(null as decimal(9, 6)) as rate,
        awards.payout_rate,
        awards.pool_share,
        awards.entitled_minor
    from awards
    inner join open_periods
        on awards.plan_component_key = open_periods.plan_component_key
        and awards.period_key = open_periods.period_key
)

select
    payee_employee_key,
    plan_component_key,
    plan_version,
    period_key,
    source_ref,
    opportunity_key,
    cause,
    rule_key,
    opening_account,
    hold_reason_code,
    currency_code,
    base_minor,
    rate,
    payout_rate,
    pool_share,
    entitled_minor
from earnings
