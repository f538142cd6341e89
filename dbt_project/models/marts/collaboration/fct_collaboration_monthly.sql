-- One row per employee and calendar month in which they were employed and anybody interacted.
with interactions as (
    select * from {{ ref('fct_interactions') }}
),

employee_history as (
    select * from {{ ref('dim_employee_history') }}
),

leaves as (
    select * from {{ ref('int_identity__employee_leaves') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

months as (
    select distinct
        event_month,
        {{ month_start(add_days('event_month', 31)) }} as next_month
    from interactions
),

-- the months of each state of employment, cut off at the night: a future day is not available
employed_spans as (
    select
        employee_history.employee_key,
        employee_history.function,
        employee_history.team,
        employee_history.fte_rate,
        months.event_month,
        greatest(employee_history.valid_from_date, months.event_month) as from_date,
        least(
            employee_history.valid_to_date,
            months.next_month,
            {{ add_days('nights.run_date', 1) }}
        ) as to_date
    from employee_history
    cross join nights
    inner join months
        on employee_history.valid_from_date < months.next_month
        and months.event_month < employee_history.valid_to_date
    where employee_history.valid_from_date <= nights.run_date
),

leave_days as (
    select
        employed_spans.employee_key,
        employed_spans.from_date,
        employed_spans.event_month,
        sum({{ shared_days(
            ['employed_spans.from_date', 'leaves.leave_start_date'],
            ['employed_spans.to_date', 'leaves.leave_end_date'],
        ) }}) as leave_day_count
    from employed_spans
    inner join leaves
        on employed_spans.employee_key = leaves.employee_key
        and leaves.leave_start_date < employed_spans.to_date
        and employed_spans.from_date < leaves.leave_end_date
    group by employed_spans.employee_key, employed_spans.from_date, employed_spans.event_month
),

-- Days available: part-time days count in part, leave not at all (P03). Function and team are
-- those of the last day of the month that the employee was there.
availability as (
    select
        employed_spans.employee_key,
        employed_spans.event_month,
        max_by(employed_spans.function, employed_spans.from_date) as function,
        max_by(employed_spans.team, employed_spans.from_date) as team,
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
        and employed_spans.event_month = leave_days.event_month
    group by employed_spans.employee_key, employed_spans.event_month
),

sides as (
    select
        giver_employee_key as employee_key,
        taker_employee_key as colleague_employee_key,
        event_month,
        event_date,
        event_at,
        interaction_key,
        1 as give_count,
        0 as take_count
    from interactions
    union all
    select
        taker_employee_key as employee_key,
        giver_employee_key as colleague_employee_key,
        event_month,
        event_date,
        event_at,
        interaction_key,
        0 as give_count,
        1 as take_count
    from interactions
),

-- a tie: two interactions of a pair, either way, within 28 days
paired_sides as (
    select
        *,
        lag(event_date) over (
            partition by employee_key, colleague_employee_key
            order by event_at asc nulls last, interaction_key asc nulls last
        ) as previous_date
    from sides
),

monthly_sides as (
    select
        employee_key,
        event_month,
        cast(sum(give_count) as bigint) as give_count,
        cast(sum(take_count) as bigint) as take_count,
        cast(count(distinct case
            when {{ days_between('previous_date', 'event_date') }} < 28 then colleague_employee_key
        end) as bigint) as tie_count
    from paired_sides
    group by employee_key, event_month
)

select
    availability.employee_key,
    availability.function,
    availability.team,
    availability.event_month as collaboration_month,
    availability.available_days,
    coalesce(monthly_sides.give_count, 0) as give_count,
    coalesce(monthly_sides.take_count, 0) as take_count,
    coalesce(monthly_sides.tie_count, 0) as tie_count,
    {{ ratio(
        'least(monthly_sides.give_count, monthly_sides.take_count)',
        'greatest(monthly_sides.give_count, monthly_sides.take_count)',
    ) }} as reciprocity,
    {{ ratio(
        'coalesce(monthly_sides.give_count + monthly_sides.take_count, 0) * 1000000',
        'cast(availability.available_days * 1000000 as bigint)',
    ) }} as collaboration_load
from availability
left join monthly_sides
    on availability.employee_key = monthly_sides.employee_key
    and availability.event_month = monthly_sides.event_month
