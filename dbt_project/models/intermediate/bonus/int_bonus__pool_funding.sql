-- One row per plan component that shares a pool and period: what the pool holds if its gates open.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where pool_key is not null and funding_type is not null
),

measurements as (
    select * from {{ ref('int_bonus__measurements') }}
),

measured_pools as (
    select
        component_periods.*,
        measurements.actual_minor,
        measurements.target_minor,
        {{ rate_units('component_periods.funding_rate') }} as funding_rate_units
    from component_periods
    left join measurements
        on component_periods.pool_measure = measurements.measure
        and component_periods.period_key = measurements.period_key
)

select
    plan_component_key,
    period_key,
    plan_version,
    pool_key,
    currency_code,
    funding_type,
    pool_measure,
    share_rule,
    unallocated_pool_policy,
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
