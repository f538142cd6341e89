-- One row per plan component, period and goal in force at the period's end.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

component_goals as (
    select * from {{ ref('stg_policy__component_goals') }}
),

-- Two rows of a goal in force at once are refused by name; until then the later one stands.
ranked_goals as (
    select
        component_periods.period_key,
        component_periods.start_date,
        component_periods.end_date,
        component_goals.*,
        row_number() over (
            partition by
                component_periods.plan_component_key,
                component_periods.period_key,
                component_goals.goal_key
            order by component_goals.valid_from_date desc nulls last
        ) as goal_rank
    from component_periods
    inner join component_goals
        on component_periods.plan_component_key = component_goals.plan_component_key
        and {{ in_force('component_periods.last_date', 'component_goals') }}
)

select
    plan_component_key,
    period_key,
    goal_key,
    start_date,
    end_date,
    subject,
    function,
    measure,
    direction,
    payout_curve_key,
    least_record_count,
    unscored_rule,
    goal,
    cast(round(goal * 1000000, 0) as bigint) as goal_units,
    {{ rate_units('weight') }} as weight_units
from ranked_goals
where goal_rank = 1
