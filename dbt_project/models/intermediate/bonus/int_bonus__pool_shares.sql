-- One row per pool, period and participant with a weight, an unassigned one included.
with funding as (
    select * from {{ ref('int_bonus__pool_funding') }}
),

closed_gates as (
    select
        plan_component_key,
        period_key,
        min(pay_gate) as pay_gate
    from {{ ref('int_bonus__gate_results') }}
    where not is_open
    group by plan_component_key, period_key
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where is_live
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
),

funded_pools as (
    select
        funding.plan_component_key,
        funding.period_key,
        funding.pool_key,
        funding.currency_code,
        funding.share_rule,
        funding.unallocated_pool_policy,
        component_periods.start_date,
        component_periods.end_date,
        case when closed_gates.pay_gate is null then funding.offered_minor else 0 end
            as funded_minor
    from funding
    inner join component_periods
        on funding.plan_component_key = component_periods.plan_component_key
        and funding.period_key = component_periods.period_key
    left join closed_gates
        on funding.plan_component_key = closed_gates.plan_component_key
        and funding.period_key = closed_gates.period_key
),

credit_weights as (
    select
        funded_pools.plan_component_key,
        funded_pools.period_key,
        coalesce(contribution_credits.employee_key, '~unassigned~') as participant_key,
        cast(sum(contribution_credits.plan_credited_amount_minor) as bigint) as weight
    from funded_pools
    inner join {{ ref('fct_contribution_credits') }} as contribution_credits
        on contribution_credits.book = 'contribution'
        and contribution_credits.is_paid_model
        and funded_pools.start_date <= contribution_credits.incentive_date
        and contribution_credits.incentive_date < funded_pools.end_date
    where funded_pools.share_rule = 'contribution_credit'
    group by
        funded_pools.plan_component_key,
        funded_pools.period_key,
        coalesce(contribution_credits.employee_key, '~unassigned~')
),

salary_weights as (
    select
        funded_pools.plan_component_key,
        funded_pools.period_key,
        eligibility.employee_key as participant_key,
        coalesce(eligibility.salary_days_minor, 0) as weight
    from funded_pools
    inner join eligibility
        on funded_pools.plan_component_key = eligibility.plan_component_key
        and funded_pools.period_key = eligibility.period_key
    where funded_pools.share_rule = 'salary_days'
),

weights as (
    select * from credit_weights
    union all
    select * from salary_weights
),

-- Who may not be paid still weighs in when the rest lapses, and does not when it is redistributed.
-- A refund-heavy person weighs nothing: a pool never takes from anybody.
parts as (
    select
        funded_pools.plan_component_key,
        funded_pools.period_key,
        funded_pools.pool_key,
        funded_pools.currency_code,
        funded_pools.funded_minor,
        weights.participant_key,
        coalesce(eligibility.is_eligible, false) as is_eligible,
        cast(
            case
                when funded_pools.unallocated_pool_policy = 'redistribute'
                    and not coalesce(eligibility.is_eligible, false)
                then 0
                else greatest(weights.weight, 0)
            end as bigint
        ) as weight
    from funded_pools
    inner join weights
        on funded_pools.plan_component_key = weights.plan_component_key
        and funded_pools.period_key = weights.period_key
    left join eligibility
        on weights.plan_component_key = eligibility.plan_component_key
        and weights.period_key = eligibility.period_key
        and weights.participant_key = eligibility.employee_key
),

shared_parts as (
    {{ allocate_largest_remainder(
        'parts',
        {'share_minor': 'funded_minor', 'share_units': share_whole()},
        'weight',
        ['plan_component_key', 'period_key'],
        ['participant_key']
    ) }}
)

select
    plan_component_key,
    period_key,
    pool_key,
    participant_key,
    case when participant_key <> '~unassigned~' then participant_key end as payee_employee_key,
    currency_code,
    weight,
    {{ share_from_units('share_units') }} as pool_share,
    -- null when all weights are zero: nobody is guessed (G06)
    coalesce(share_minor, 0) as share_minor,
    is_eligible
from shared_parts
