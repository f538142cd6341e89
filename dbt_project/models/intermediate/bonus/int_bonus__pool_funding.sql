-- One row per pool, period and part of it: what the part holds if the pay gates open.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where pool_key is not null and funding_type is not null
),

measurements as (
    select * from {{ ref('int_bonus__measurements') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
    where is_won and not is_held
),

-- a pool of the company is one part; by segment or deal each brings what it sold
measured_pools as (
    select
        component_periods.*,
        '' as pool_part,
        cast(null as string) as opportunity_key,
        measurements.actual_minor,
        measurements.target_minor,
        {{ rate_units('component_periods.funding_rate') }} as funding_rate_units
    from component_periods
    left join measurements
        on component_periods.pool_measure = measurements.measure
        and component_periods.period_key = measurements.period_key
    where coalesce(component_periods.pool_scope, 'company') = 'company'
    union all
    select
        component_periods.*,
        opportunity_parts.pool_part,
        case when component_periods.pool_scope = 'deal' then opportunity_parts.pool_part end
            as opportunity_key,
        opportunity_parts.actual_minor,
        cast(null as bigint) as target_minor,
        {{ rate_units('component_periods.funding_rate') }} as funding_rate_units
    from component_periods
    inner join (
        select
            component_periods.plan_component_key,
            component_periods.period_key,
            {{ pool_part('component_periods', 'opportunities') }} as pool_part,
            cast(sum(opportunities.plan_amount_minor) as bigint) as actual_minor
        from component_periods
        inner join opportunities
            on component_periods.start_date <= opportunities.won_date
            and opportunities.won_date < component_periods.end_date
            and (
                component_periods.pool_segment is null
                or component_periods.pool_segment = opportunities.opportunity_type
            )
        where component_periods.pool_scope in ('segment', 'deal')
        group by
            component_periods.plan_component_key,
            component_periods.period_key,
            {{ pool_part('component_periods', 'opportunities') }}
    ) as opportunity_parts
        on component_periods.plan_component_key = opportunity_parts.plan_component_key
        and component_periods.period_key = opportunity_parts.period_key
)

select
    plan_component_key,
    period_key,
    plan_version,
    pool_key,
    pool_part,
    opportunity_key,
    currency_code,
    funding_type,
    pool_measure,
    share_rule,
    unallocated_pool_policy,
    pool_scope,
    cap_policy,
    cap_rate,
    actual_minor,
    target_minor,
    funding_rate,
    case
        when funding_type = 'fixed_amount' then fixed_minor
        when funding_type = 'rate_of_measure' and actual_minor > 0
        then {{ divide_rounded(
            wide_integer('actual_minor') ~ ' * funding_rate_units', '1000000'
        ) }}
        -- The pool is itself a cost of the profit it comes from: P = r (G - P - T), so
        -- P = r (G - T) / (1 + r), floored, never below zero (G02).
        when funding_type = 'profit_rate_after_bonus' and actual_minor > target_minor
        then cast({{ integer_divide(
            wide_integer('(actual_minor - target_minor)') ~ ' * funding_rate_units',
            '(1000000 + funding_rate_units)'
        ) }} as bigint)
        else 0
    end as offered_minor
from measured_pools
