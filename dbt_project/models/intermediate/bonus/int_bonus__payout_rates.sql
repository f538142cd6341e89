-- One row per employee, plan component with goals and period: the part of the pay at target.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where goal_count > 0
),

goals as (
    select * from {{ ref('int_bonus__component_goals') }}
),

goal_results as (
    select * from {{ ref('int_bonus__goal_results') }}
),

participants as (
    select * from {{ ref('int_bonus__plan_participants') }}
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

function_days as (
    select
        component_periods.plan_component_key,
        component_periods.period_key,
        participants.employee_key,
        employee_history.function,
        cast(sum({{ shared_days(
            ['participants.valid_from_date', 'employee_history.valid_from_date',
             'component_periods.plan_from_date'],
            ['participants.valid_to_date', 'employee_history.valid_to_date',
             'component_periods.plan_to_date']
        ) }}) as bigint) as function_days
    from component_periods
    inner join participants
        on component_periods.plan_key = participants.plan_key
        and participants.valid_from_date < component_periods.plan_to_date
        and component_periods.plan_from_date < participants.valid_to_date
    inner join employee_history
        on participants.employee_key = employee_history.employee_key
        and employee_history.valid_from_date
            < least(participants.valid_to_date, component_periods.plan_to_date)
        and employee_history.valid_to_date
            > greatest(participants.valid_from_date, component_periods.plan_from_date)
    group by
        component_periods.plan_component_key,
        component_periods.period_key,
        participants.employee_key,
        employee_history.function
),

-- What is unscored pays nothing, or leaves its weight to the other goals, as policy says (C13).
own_goals as (
    select
        function_days.plan_component_key,
        function_days.period_key,
        function_days.employee_key,
        function_days.function,
        function_days.function_days,
        coalesce(goals.weight_units, 0) as weight_units,
        coalesce(
            goal_results.payout_rate_units is null and goals.unscored_rule = 'redistribute', false
        ) as is_left_out,
        goal_results.payout_rate_units
    from function_days
    left join goals
        on function_days.plan_component_key = goals.plan_component_key
        and function_days.period_key = goals.period_key
        and goals.function in ('*', function_days.function)
    left join goal_results
        on goals.plan_component_key = goal_results.plan_component_key
        and goals.period_key = goal_results.period_key
        and goals.goal_key = goal_results.goal_key
        and goal_results.subject_key = case goals.subject
            when 'company' then 'company'
            when 'function' then function_days.function
            when 'employee' then function_days.employee_key
        end
        and goal_results.subject_function in ('*', function_days.function)
),

function_rates as (
    select
        plan_component_key,
        period_key,
        employee_key,
        function,
        function_days,
        coalesce(
            {{ divide_rounded(
                'sum(case when is_left_out then 0 else weight_units end'
                    ~ ' * coalesce(payout_rate_units, 0))',
                'cast(1000000 - sum(case when is_left_out then weight_units else 0 end) as bigint)',
            ) }}, 0
        ) as function_rate_units
    from own_goals
    group by plan_component_key, period_key, employee_key, function, function_days
)

-- who changed the function in between has each for its days (E04)
select
    employee_key,
    plan_component_key,
    period_key,
    coalesce(
        {{ divide_rounded(
            'sum(function_days * function_rate_units)', 'cast(sum(function_days) as bigint)'
        ) }}, 0
    ) as payout_rate_units
from function_rates
group by employee_key, plan_component_key, period_key
