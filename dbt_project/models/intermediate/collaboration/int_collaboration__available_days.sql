-- One row per employee and calendar month in which they were employed.
with employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

leaves as (
    select * from {{ ref('int_identity__employee_leaves') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

spans as (
    select
        min(employee_history.valid_from_date) as from_date,
        max(nights.run_date) as to_date
    from employee_history
    cross join nights
    where employee_history.valid_from_date <= nights.run_date
),

month_starts as (
    {{ months_of('spans') }}
),

months as (
    select
        month_start,
        {{ month_start(add_days('month_start', 31)) }} as next_month
    from month_starts
),

-- the months of each state of employment, cut off at the night: a future day is not available
employed_spans as (
    select
        employee_history.employee_key,
        employee_history.function,
        employee_history.team,
        employee_history.fte_rate,
        months.month_start,
        greatest(employee_history.valid_from_date, months.month_start) as from_date,
        least(
            employee_history.valid_to_date,
            months.next_month,
            {{ add_days('nights.run_date', 1) }}
        ) as to_date
    from employee_history
    cross join nights
    inner join months
        on employee_history.valid_from_date < months.next_month
        and months.month_start < employee_history.valid_to_date
    where employee_history.valid_from_date <= nights.run_date
),

leave_days as (
    select
        employed_spans.employee_key,
        employed_spans.from_date,
        employed_spans.month_start,
        sum({{ shared_days(
            ['employed_spans.from_date', 'leaves.leave_start_date'],
            ['employed_spans.to_date', 'leaves.leave_end_date'],
        ) }}) as leave_day_count
    from employed_spans
    inner join leaves
        on employed_spans.employee_key = leaves.employee_key
        and leaves.leave_start_date < employed_spans.to_date
        and employed_spans.from_date < leaves.leave_end_date
    group by employed_spans.employee_key, employed_spans.from_date, employed_spans.month_start
)

-- Part-time days count in part, leave not at all (P03). Function and team are those of the last
-- day of the month that the employee was there: every table of a month counts a person in one
-- group only, or the difference of two tables would be that person.
select
    employed_spans.employee_key,
    max_by(employed_spans.function, employed_spans.from_date) as function,
    max_by(employed_spans.team, employed_spans.from_date) as team,
    employed_spans.month_start,
    cast(sum(
        employed_spans.fte_rate * cast(
            {{ days_between('employed_spans.from_date', 'employed_spans.to_date') }}
            - coalesce(leave_days.leave_day_count, 0) as decimal(9, 0)
        )
    ) as decimal(12, 6)) as available_days
from employed_spans
left join leave_days
    on employed_spans.employee_key = leave_days.employee_key
    and employed_spans.from_date = leave_days.from_date
    and employed_spans.month_start = leave_days.month_start
group by employed_spans.employee_key, employed_spans.month_start
