-- One row per pool, period and currency.
with funding as (
    select
        plan_component_key,
        period_key,
        max(plan_version) as plan_version,
        pool_key,
        currency_code,
        max(funding_type) as funding_type,
        max(pool_measure) as pool_measure,
        max(share_rule) as share_rule,
        max(unallocated_pool_policy) as unallocated_pool_policy,
        cast(sum(actual_minor) as bigint) as actual_minor,
        max(target_minor) as target_minor,
        max(funding_rate) as funding_rate,
        cast(sum(offered_minor) as bigint) as offered_minor
    from {{ ref('int_bonus__pool_funding') }}
    group by plan_component_key, period_key, pool_key, currency_code
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where is_live
),

closed_gates as (
    {{ closed_gates(ref('int_bonus__gate_results')) }}
),

shares as (
    select
        plan_component_key,
        period_key,
        cast(sum(case when is_eligible then share_minor else 0 end) as bigint) as paid_minor,
        cast(
            count(distinct case when is_eligible and share_minor <> 0 then payee_employee_key end)
            as bigint
        ) as payee_count,
        cast(count(case when is_eligible and share_minor = cap_minor then 1 end) as bigint)
            as capped_count,
        cast(count(case when not is_eligible and share_minor <> 0 then 1 end) as bigint)
            as lapsed_count,
        cast(count(case when is_eligible and weight > 0 then 1 end) as bigint) as eligible_count
    from {{ ref('int_bonus__pool_shares') }}
    group by plan_component_key, period_key
),

pools as (
    select
        funding.pool_key,
        funding.period_key,
        funding.currency_code,
        funding.plan_component_key,
        funding.plan_version,
        funding.funding_type,
        funding.pool_measure as measure,
        funding.share_rule,
        funding.unallocated_pool_policy,
        coalesce(shares.payee_count, 0) as payee_count,
        funding.actual_minor,
        funding.target_minor,
        funding.funding_rate,
        case when closed_gates.period_key is null then funding.offered_minor else 0 end
            as funded_minor,
        coalesce(shares.paid_minor, 0) as paid_minor,
        coalesce(shares.eligible_count, 0) as eligible_count,
        coalesce(shares.capped_count, 0) as capped_count,
        coalesce(shares.lapsed_count, 0) as lapsed_count,
        component_periods.is_finance_gated and not component_periods.is_closed as is_provisional
    from funding
    inner join component_periods
        on funding.plan_component_key = component_periods.plan_component_key
        and funding.period_key = component_periods.period_key
    left join closed_gates
        on funding.plan_component_key = closed_gates.plan_component_key
        and funding.period_key = closed_gates.period_key
    left join shares
        on funding.plan_component_key = shares.plan_component_key
        and funding.period_key = shares.period_key
)

select
    pool_key,
    period_key,
    plan_component_key,
    plan_version,
    funding_type,
    measure,
    share_rule,
    unallocated_pool_policy as policy,
    payee_count,
    actual_minor,
    target_minor,
    funding_rate,
    funded_minor,
    paid_minor,
    funded_minor - paid_minor as unallocated_minor,
    currency_code,
    case
        when funded_minor = paid_minor then null
        when eligible_count = 0 then 'nobody_eligible'
        when capped_count > 0 and lapsed_count = 0 then 'caps_reached'
        else 'ineligible_shares_lapsed'
    end as unallocated_reason_code,
    is_provisional
from pools
