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

-- whose result a goal takes: all that is compared stands in columns, so that rows are looked up
-- and not searched
own_goals as (
    select
        function_days.plan_component_key,
        function_days.period_key,
        function_days.employee_key,
        function_days.function,
        goals.goal_key,
        goals.weight_units,
        goals.unscored_rule,
        case goals.subject
            when 'company' then 'company'
            when 'function' then function_days.function
            when 'employee' then function_days.employee_key
        end as subject_key,
        case goals.subject when 'company' then '*' else function_days.function end
            as subject_function
    from function_days
    inner join goals
        on function_days.plan_component_key = goals.plan_component_key
        and function_days.period_key = goals.period_key
        and goals.function in ('*', function_days.function)
),

-- What is unscored pays nothing, or leaves its weight to the other goals, as policy says (C13).
scored_goals as (
    select
        own_goals.plan_component_key,
        own_goals.period_key,
        own_goals.employee_key,
        own_goals.function,
        own_goals.weight_units,
        goal_results.payout_rate_units is null and own_goals.unscored_rule = 'redistribute'
            as is_left_out,
        coalesce(goal_results.payout_rate_units, 0) as payout_rate_units
    from own_goals
    left join goal_results
        on own_goals.plan_component_key = goal_results.plan_component_key
        and own_goals.period_key = goal_results.period_key
        and own_goals.goal_key = goal_results.goal_key
        and own_goals.subject_key = goal_results.subject_key
        and own_goals.subject_function = goal_results.subject_function
),

function_rates as (
    select
        plan_component_key,
        period_key,
        employee_key,
        function,
        coalesce(
            {{ divide_rounded(
                'sum(case when is_left_out then 0 else weight_units end * payout_rate_units)',
                'cast(1000000 - sum(case when is_left_out then weight_units else 0 end) as bigint)',
            ) }}, 0
        ) as function_rate_units
    from scored_goals
    group by plan_component_key, period_key, employee_key, function
)

-- who changed the function in between has each for its days (E04)
select
    function_days.employee_key,
    function_days.plan_component_key,
    function_days.period_key,
    coalesce(
        {{ divide_rounded(
            'sum(function_days.function_days * coalesce(function_rates.function_rate_units, 0))',
            'cast(sum(function_days.function_days) as bigint)'
        ) }}, 0
    ) as payout_rate_units
from function_days
left join function_rates
    on function_days.plan_component_key = function_rates.plan_component_key
    and function_days.period_key = function_rates.period_key
    and function_days.employee_key = function_rates.employee_key
    and function_days.function = function_rates.function
group by
    function_days.employee_key, function_days.plan_component_key, function_days.period_key
