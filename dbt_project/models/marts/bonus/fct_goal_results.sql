-- One row per plan component, period, goal, and subject and function whose measure it compares.
with goals as (
    select * from {{ ref('int_bonus__component_goals') }}
),

goal_results as (
    select * from {{ ref('int_bonus__goal_results') }}
)

select
    {{ surrogate_key([
        'goal_results.plan_component_key',
        'goal_results.period_key',
        'goal_results.goal_key',
        'goal_results.subject_key',
        'goal_results.subject_function',
    ]) }} as goal_result_key,
    goal_results.plan_component_key,
    goal_results.goal_key,
    goals.payout_curve_key,
    case when goals.subject = 'employee' then goal_results.subject_key end as employee_key,
    goals.subject,
    case when goals.subject = 'company' then goals.function else goal_results.subject_function end
        as function,
    goals.measure,
    goals.direction,
    goal_results.period_key,
    {{ rate_from_units('goals.weight_units') }} as weight,
    cast(goals.goal as decimal(24, 6)) as goal,
    goal_results.record_count,
    cast(goal_results.numerator as bigint) as numerator,
    cast(goal_results.denominator as bigint) as denominator,
    {{ rate_from_units('goal_results.attainment_units') }} as attainment,
    {{ rate_from_units('goal_results.payout_rate_units') }} as payout_rate,
    goal_results.unscored_reason_code
from goal_results
inner join goals
    on goal_results.plan_component_key = goals.plan_component_key
    and goal_results.period_key = goals.period_key
    and goal_results.goal_key = goals.goal_key
