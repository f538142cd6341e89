-- One row per plan component, period, goal, and subject and function whose measure it compares.
with goals as (
    select * from {{ ref('int_bonus__component_goals') }}
),

payout_curves as (
    select * from {{ ref('int_bonus__payout_curves') }}
),

measurements as (
    select * from {{ ref('int_bonus__measurements') }}
),

kpi_values as (
    select * from {{ ref('int_bonus__kpi_values') }}
),

measured_goals as (
    select
        goals.plan_component_key,
        goals.period_key,
        goals.goal_key,
        'company' as subject_key,
        '*' as subject_function,
        goals.payout_curve_key,
        measurements.actual_minor as numerator,
        measurements.target_minor as denominator,
        cast(null as bigint) as record_count,
        {{ wide_integer('measurements.actual_minor') }} as dividend,
        {{ wide_integer('measurements.target_minor') }} as divisor,
        case
            when measurements.target_minor is null then 'target_missing'
            when measurements.target_minor <= 0 then 'target_zero'
        end as unscored_reason_code
    from goals
    left join measurements
        on goals.measure = measurements.measure
        and goals.period_key = measurements.period_key
    where goals.subject = 'company'
    union all
    -- where less is better the goal is divided by the value, and no time at all is as good as the
    -- least that can be told from it
    select
        goals.plan_component_key,
        goals.period_key,
        goals.goal_key,
        kpi_values.subject_key,
        kpi_values.function as subject_function,
        goals.payout_curve_key,
        kpi_values.numerator,
        kpi_values.denominator,
        kpi_values.record_count,
        case
            when goals.direction = 'at_most'
            then {{ wide_integer('goals.goal_units') }} * kpi_values.denominator
            else {{ wide_integer('kpi_values.numerator') }} * 1000000
        end as dividend,
        case
            when goals.direction = 'at_most'
            then {{ wide_integer('greatest(kpi_values.numerator * 1000000, 1)') }}
            else {{ wide_integer('goals.goal_units') }} * kpi_values.denominator
        end as divisor,
        case
            when kpi_values.denominator <= 0 then 'no_records'
            when kpi_values.record_count < goals.least_record_count then 'too_few_records'
        end as unscored_reason_code
    from goals
    inner join kpi_values
        on goals.measure = kpi_values.kpi_code
        and goals.period_key = kpi_values.period_key
        and goals.subject = kpi_values.subject
        and goals.function in ('*', kpi_values.function)
),

attained_goals as (
    select
        *,
        case
            when unscored_reason_code is null then {{ attainment_units('dividend', 'divisor') }}
        end as attainment_units
    from measured_goals
)

select
    attained_goals.plan_component_key,
    attained_goals.period_key,
    attained_goals.goal_key,
    attained_goals.subject_key,
    attained_goals.subject_function,
    attained_goals.record_count,
    attained_goals.numerator,
    attained_goals.denominator,
    attained_goals.attainment_units,
    attained_goals.unscored_reason_code,
    case
        when attained_goals.attainment_units is not null
        then {{ curve_rate_units('payout_curves', 'attained_goals.attainment_units') }}
    end as payout_rate_units
from attained_goals
left join payout_curves
    on attained_goals.payout_curve_key = payout_curves.payout_curve_key
    and payout_curves.from_units <= attained_goals.attainment_units
    and (
        payout_curves.to_units is null or attained_goals.attainment_units < payout_curves.to_units
    )
