-- One row per pool, period, part of it and participant with a weight, an unassigned one included.
with funding as (
    select * from {{ ref('int_bonus__pool_funding') }}
),

closed_gates as (
    {{ closed_gates(ref('int_bonus__gate_results')) }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where is_live
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
),

opportunities as (
    select opportunity_key, opportunity_type from {{ ref('int_funnel__opportunities') }}
),

funded_pools as (
    select
        funding.plan_component_key,
        funding.period_key,
        funding.pool_key,
        coalesce(funding.pool_part, '') as pool_part,
        funding.opportunity_key,
        funding.pool_scope,
        funding.currency_code,
        funding.share_rule,
        funding.unallocated_pool_policy,
        funding.cap_policy,
        {{ rate_units('funding.cap_rate') }} as cap_rate_units,
        component_periods.start_date,
        component_periods.end_date,
        component_periods.period_days,
        case when closed_gates.period_key is null then funding.offered_minor else 0 end
            as funded_minor
    from funding
    inner join component_periods
        on funding.plan_component_key = component_periods.plan_component_key
        and funding.period_key = component_periods.period_key
    left join closed_gates
        on funding.plan_component_key = closed_gates.plan_component_key
        and funding.period_key = closed_gates.period_key
),

credits as (
    select
        contribution_credits.opportunity_key,
        coalesce(contribution_credits.employee_key, '~unassigned~') as participant_key,
        contribution_credits.incentive_date,
        contribution_credits.plan_credited_amount_minor,
        opportunities.opportunity_type
    from {{ ref('fct_contribution_credits') }} as contribution_credits
    left join opportunities
        on contribution_credits.opportunity_key = opportunities.opportunity_key
    where contribution_credits.book = 'contribution' and contribution_credits.is_paid_model
),

credit_weights as (
    select
        funded_pools.plan_component_key,
        funded_pools.period_key,
        funded_pools.pool_part,
        credits.participant_key,
        cast(sum(credits.plan_credited_amount_minor) as bigint) as weight
    from funded_pools
    inner join credits
        on funded_pools.start_date <= credits.incentive_date
        and credits.incentive_date < funded_pools.end_date
        and funded_pools.pool_part = {{ pool_part('funded_pools', 'credits') }}
    where funded_pools.share_rule = 'contribution_credit'
    group by
        funded_pools.plan_component_key,
        funded_pools.period_key,
        funded_pools.pool_part,
        credits.participant_key
),

salary_weights as (
    select
        funded_pools.plan_component_key,
        funded_pools.period_key,
        funded_pools.pool_part,
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
-- A refund-heavy person weighs nothing: a pool never takes from anybody. A cap is a part of the pay
-- of the period, cut to the minor unit; whose pay is not known is held, not capped.
parts as (
    select
        funded_pools.plan_component_key,
        funded_pools.period_key,
        funded_pools.pool_key,
        funded_pools.pool_part,
        funded_pools.opportunity_key,
        funded_pools.currency_code,
        funded_pools.cap_policy,
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
        ) as weight,
        case
            when coalesce(eligibility.is_eligible, false)
            then cast({{ integer_divide(
                wide_integer('eligibility.salary_days_minor') ~ ' * funded_pools.cap_rate_units',
                wide_integer('funded_pools.period_days') ~ ' * 1000000'
            ) }} as bigint)
        end as cap_minor
    from funded_pools
    inner join weights
        on funded_pools.plan_component_key = weights.plan_component_key
        and funded_pools.period_key = weights.period_key
        and funded_pools.pool_part = weights.pool_part
    left join eligibility
        on weights.plan_component_key = eligibility.plan_component_key
        and weights.period_key = eligibility.period_key
        and weights.participant_key = eligibility.employee_key
),

shared_parts as (
    {{ allocate_largest_remainder(
        'parts',
        {'uncapped_minor': 'funded_minor', 'share_units': share_whole()},
        'weight',
        ['plan_component_key', 'period_key', 'pool_part'],
        ['participant_key']
    ) }}
),

{{ fill_to_caps(
    'shared_parts',
    ['plan_component_key', 'period_key', 'pool_part'],
    'participant_key',
) }}

select
    shared_parts.plan_component_key,
    shared_parts.period_key,
    shared_parts.pool_key,
    shared_parts.pool_part,
    shared_parts.opportunity_key,
    shared_parts.participant_key,
    case when shared_parts.participant_key <> '~unassigned~' then shared_parts.participant_key end
        as payee_employee_key,
    shared_parts.currency_code,
    shared_parts.cap_policy,
    shared_parts.funded_minor,
    shared_parts.weight,
    {{ share_from_units('shared_parts.share_units') }} as pool_share,
    shared_parts.cap_minor,
    -- null when all weights are zero: nobody is guessed (G06)
    coalesce(
        filled_parts.filled_minor,
        least(coalesce(shared_parts.uncapped_minor, 0), shared_parts.cap_minor),
        shared_parts.uncapped_minor,
        0
    ) as share_minor,
    shared_parts.is_eligible
from shared_parts
left join filled_parts
    on shared_parts.plan_component_key = filled_parts.plan_component_key
    and shared_parts.period_key = filled_parts.period_key
    and shared_parts.pool_part = filled_parts.pool_part
    and shared_parts.participant_key = filled_parts.participant_key
