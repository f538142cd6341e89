-- One row per subject (function or employee), its function, KPI and period with a goal.
with goals as (
    select * from {{ ref('int_bonus__component_goals') }}
    where subject <> 'company'
),

kpi_records as (
    select * from {{ ref('int_bonus__kpi_records') }}
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

periods as (
    select distinct
        measure as kpi_code,
        period_key,
        start_date,
        end_date
    from goals
),

goal_functions as (
    select distinct
        measure as kpi_code,
        period_key,
        function
    from goals
    where subject = 'function' and function <> '*'
),

period_records as (
    select
        periods.period_key,
        kpi_records.kpi_code,
        kpi_records.record_key,
        kpi_records.employee_key,
        employee_history.function,
        kpi_records.numerator,
        kpi_records.denominator
    from kpi_records
    inner join periods
        on kpi_records.kpi_code = periods.kpi_code
        and periods.start_date <= kpi_records.event_date
        and kpi_records.event_date < periods.end_date
    left join employee_history
        on kpi_records.employee_key = employee_history.employee_key
        and {{ in_force('kpi_records.event_date', 'employee_history') }}
),

-- of a record that several people of a function worked on there is one
function_records as (
    select
        period_records.period_key,
        period_records.kpi_code,
        goal_functions.function,
        period_records.record_key,
        max(period_records.numerator) as numerator,
        max(period_records.denominator) as denominator
    from period_records
    inner join goal_functions
        on period_records.kpi_code = goal_functions.kpi_code
        and period_records.period_key = goal_functions.period_key
        and (
            period_records.employee_key is null
            or period_records.function = goal_functions.function
        )
    group by
        period_records.period_key,
        period_records.kpi_code,
        goal_functions.function,
        period_records.record_key
),

subject_records as (
    select
        'function' as subject,
        function as subject_key,
        function,
        kpi_code,
        period_key,
        numerator,
        denominator
    from function_records
    union all
    select
        'employee' as subject,
        employee_key as subject_key,
        function,
        kpi_code,
        period_key,
        numerator,
        denominator
    from period_records
    where employee_key is not null and function is not null
),

totals as (
    select
        subject,
        subject_key,
        function,
        kpi_code,
        period_key,
        cast(sum(numerator) as bigint) as numerator,
        cast(sum(denominator) as bigint) as denominator,
        cast(count(case when denominator > 0 or is_count then 1 end) as bigint) as record_count,
        bool_or(is_count) as is_count
    from (
        select
            *,
            kpi_code in ('feature_adoption', 'referrals') as is_count
        from subject_records
    ) as counted_records
    group by subject, subject_key, function, kpi_code, period_key
)

-- what is counted and not compared with anything has a denominator of one
select
    subject,
    subject_key,
    function,
    kpi_code,
    period_key,
    record_count,
    numerator,
    case when is_count then cast(1 as bigint) else denominator end as denominator
from totals
