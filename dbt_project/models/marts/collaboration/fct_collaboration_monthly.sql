-- One row per employee and calendar month in which they were employed and anybody interacted.
with available_days as (
    select * from {{ ref('int_collaboration__available_days') }}
),

pairs as (
    select * from {{ ref('fct_collaboration_pairs') }}
),

months as (
    select distinct collaboration_month from pairs
),

function_ties as (
    select
        employee_key,
        collaboration_month,
        colleague_function,
        sum(give_count) as give_count,
        sum(take_count) as take_count,
        sum(case when is_tie then 1 else 0 end) as tie_count,
        sum(case when is_strong_tie then 1 else 0 end) as strong_tie_count,
        sum(shared_across_count) as shared_across_count
    from pairs
    group by employee_key, collaboration_month, colleague_function
),

-- Pairs of tied colleagues of two functions: all pairs without those of one function, halved. Those
-- who are tied with each other need no broker; each such pair is seen from both its ends.
monthly_sides as (
    select
        employee_key,
        collaboration_month,
        cast(sum(give_count) as bigint) as give_count,
        cast(sum(take_count) as bigint) as take_count,
        cast(sum(tie_count) as bigint) as tie_count,
        cast(sum(strong_tie_count) as bigint) as strong_tie_count,
        {{ divide_rounded(
            'sum(tie_count) * sum(tie_count) - sum(tie_count * tie_count)'
            ~ ' - sum(shared_across_count)',
            2,
        ) }} as brokerage_count
    from function_ties
    group by employee_key, collaboration_month
)

select
    available_days.employee_key,
    available_days.function,
    available_days.team,
    available_days.month_start as collaboration_month,
    available_days.available_days,
    coalesce(monthly_sides.give_count, 0) as give_count,
    coalesce(monthly_sides.take_count, 0) as take_count,
    coalesce(monthly_sides.tie_count, 0) as tie_count,
    coalesce(monthly_sides.strong_tie_count, 0) as strong_tie_count,
    coalesce(monthly_sides.brokerage_count, 0) as brokerage_count,
    {{ ratio(
        'least(monthly_sides.give_count, monthly_sides.take_count)',
        'greatest(monthly_sides.give_count, monthly_sides.take_count)',
    ) }} as reciprocity,
    {{ per_day('monthly_sides.give_count', 'available_days.available_days') }} as gives_per_day,
    {{ per_day('monthly_sides.take_count', 'available_days.available_days') }} as takes_per_day,
    {{ per_day('monthly_sides.tie_count', 'available_days.available_days') }} as ties_per_day,
    {{ per_day('monthly_sides.brokerage_count', 'available_days.available_days') }}
        as brokerage_per_day,
    {{ per_day(
        '(monthly_sides.give_count + monthly_sides.take_count)', 'available_days.available_days'
    ) }} as collaboration_load
from available_days
inner join months
    on available_days.month_start = months.collaboration_month
left join monthly_sides
    on available_days.employee_key = monthly_sides.employee_key
    and available_days.month_start = monthly_sides.collaboration_month
