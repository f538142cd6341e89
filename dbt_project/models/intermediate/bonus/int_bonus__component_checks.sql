-- One row per rule of what a plan component pays by, policy table and row.
{%- set policy = policy_contract() %}
with plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
),

payout_curves as (
    select * from {{ ref('stg_policy__payout_curves') }}
),

component_goals as (
    select * from {{ ref('stg_policy__component_goals') }}
),

projects as (
    select * from {{ ref('stg_policy__projects') }}
),

project_members as (
    select * from {{ ref('stg_policy__project_members') }}
),

spifs as (
    select * from {{ ref('stg_policy__spifs') }}
),

spif_prizes as (
    select * from {{ ref('stg_policy__spif_prizes') }}
),

pools as (
    select * from {{ ref('stg_policy__pools') }}
),

-- what a component of each type pays by
paying_rows as (
    select 'team_target' as component_type, plan_component_key from component_goals
    union distinct
    select 'kpi_bonus' as component_type, plan_component_key from component_goals
    union distinct
    select 'recognition_award' as component_type, plan_component_key
    from {{ ref('stg_policy__recognition_rules') }}
    union distinct
    select 'mentor_bonus' as component_type, plan_component_key
    from {{ ref('stg_policy__mentor_rules') }}
),

functions as (
    select distinct function from {{ ref('stg_policy__functions') }}
),

measures as (
    select measure from {{ ref('stg_policy__ledger_measures') }}
    union distinct
    select 'bookings' as measure
),

curve_edges as (
    select
        *,
        lag(attainment) over (
            partition by payout_curve_key order by point asc nulls last
        ) as last_attainment,
        lag(payout_rate) over (
            partition by payout_curve_key order by point asc nulls last
        ) as last_payout_rate
    from payout_curves
),

-- Weights are added up for each function that has goals of its own, on each day a goal comes or
-- goes. Goals for everybody stand alone where no function has one.
goal_dates as (
    select plan_component_key, valid_from_date as goal_date from component_goals
    union distinct
    select plan_component_key, valid_to_date as goal_date from component_goals
),

goal_functions as (
    select distinct
        own_goals.plan_component_key,
        own_goals.function
    from component_goals as own_goals
    left join component_goals as others
        on own_goals.plan_component_key = others.plan_component_key
        and others.function <> '*'
    where own_goals.function <> '*' or others.function is null
),

weight_totals as (
    select
        goal_dates.plan_component_key,
        goal_functions.function,
        goal_dates.goal_date,
        sum(component_goals.weight) as weight
    from goal_dates
    inner join goal_functions
        on goal_dates.plan_component_key = goal_functions.plan_component_key
    inner join component_goals
        on goal_dates.plan_component_key = component_goals.plan_component_key
        and component_goals.function in ('*', goal_functions.function)
        and {{ in_force('goal_dates.goal_date', 'component_goals') }}
    group by goal_dates.plan_component_key, goal_functions.function, goal_dates.goal_date
),

sold_components as (
    select
        *,
        credit_date_rule || '/' || coalesce(credit_stage_name, '') as owned_when
    from plan_components
    where book in ('hard', 'hard_rollup')
),

checks as (
    select
        'plans in force together name one date of ownership, by its stage if need be (C06)' as rule,
        'plan_components' as table_name,
        {{ policy_row_key('plan_components', 'sold_components.') }} as row_key,
        coalesce(others.owned_when <> sold_components.owned_when, false)
            or (sold_components.credit_date_rule = 'stage_entered')
            <> (sold_components.credit_stage_name is not null) as is_failing
    from sold_components
    left join sold_components as others
        on sold_components.valid_from_date < others.valid_to_date
        and sold_components.valid_to_date > others.valid_from_date
    union all
    select
        'points of a payout curve rise and pay no less (T01)' as rule,
        'payout_curves' as table_name,
        {{ policy_row_key('payout_curves') }} as row_key,
        coalesce(attainment <= last_attainment or payout_rate < last_payout_rate, false)
            as is_failing
    from curve_edges
    union all
    select
        'the weights of the goals of a function add up to one' as rule,
        'component_goals' as table_name,
        {{ policy_row_key('component_goals', 'component_goals.') }} as row_key,
        weight_totals.weight <> 1 as is_failing
    from component_goals
    inner join weight_totals
        on component_goals.plan_component_key = weight_totals.plan_component_key
        and weight_totals.function in (component_goals.function, '*')
        and {{ in_force('weight_totals.goal_date', 'component_goals') }}
    where component_goals.function <> '*' or weight_totals.function = '*'
    union all
    select
        'a goal says whose measure it compares with what' as rule,
        'component_goals' as table_name,
        {{ policy_row_key('component_goals', 'component_goals.') }} as row_key,
        case
            when component_goals.subject = 'company'
            then measures.measure is null or component_goals.goal is not null
                or component_goals.direction <> 'at_least'
            else component_goals.measure not in (
                {%- for code in policy.kpi_codes %}'{{ code }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
            )
                or coalesce(component_goals.goal, 0) <= 0
                or (component_goals.subject = 'function' and component_goals.function = '*')
        end
            or (component_goals.function <> '*' and functions.function is null) as is_failing
    from component_goals
    left join measures
        on component_goals.measure = measures.measure
    left join functions
        on component_goals.function = functions.function
    union all
    select
        'a plan component has the goals or rules that it pays by' as rule,
        'plan_components' as table_name,
        {{ policy_row_key('plan_components', 'plan_components.') }} as row_key,
        paying_rows.plan_component_key is null as is_failing
    from plan_components
    left join paying_rows
        on plan_components.plan_component_key = paying_rows.plan_component_key
        and plan_components.component_type = paying_rows.component_type
    where plan_components.component_type
        in ('team_target', 'kpi_bonus', 'recognition_award', 'mentor_bonus')
    union all
    select
        'a rule of eligibility that counts says how many' as rule,
        'eligibility_rules' as table_name,
        {{ policy_row_key('eligibility_rules') }} as row_key,
        threshold is null as is_failing
    from {{ ref('stg_policy__eligibility_rules') }}
    where rule_code in ('min_service_days', 'max_leave_days', 'min_rating')
    union all
    select
        'the shares of a growth project add up to one' as rule,
        'projects' as table_name,
        {{ policy_row_key('projects', 'projects.') }} as row_key,
        coalesce(shares.share, 0) <> 1 as is_failing
    from projects
    left join (
        select project_key, sum(share) as share from project_members group by project_key
    ) as shares
        on projects.project_key = shares.project_key
    union all
    select
        'a growth project ends after it begins' as rule,
        'projects' as table_name,
        {{ policy_row_key('projects') }} as row_key,
        end_date <= start_date as is_failing
    from projects
    union all
    select
        'a contest ends after it begins and gives no more than its budget' as rule,
        'spifs' as table_name,
        {{ policy_row_key('spifs', 'spifs.') }} as row_key,
        spifs.end_date <= spifs.start_date
            or case spifs.award_type
                when 'per_deal'
                then spifs.award_amount is null or spifs.award_amount > spifs.budget_amount
                else coalesce(prizes.prize_amount, 0) <= 0
                    or prizes.prize_amount > spifs.budget_amount
                    or prizes.last_place <> prizes.place_count
            end as is_failing
    from spifs
    left join (
        select
            spif_key,
            sum(prize_amount) as prize_amount,
            max(place) as last_place,
            count(*) as place_count
        from spif_prizes
        group by spif_key
    ) as prizes
        on spifs.spif_key = prizes.spif_key
    union all
    -- a cap is of one person and one pool; a part is funded by what it sold
    select
        'a pool in parts is funded by bookings, and a capped one is shared as one' as rule,
        'pools' as table_name,
        {{ policy_row_key('pools') }} as row_key,
        (coalesce(pool_scope, 'company') <> 'company' and (
            funding_type = 'profit_rate_after_bonus' or coalesce(measure, 'bookings') <> 'bookings'
        ))
            or (segment is not null and coalesce(pool_scope, 'company') = 'company')
            or (cap_rate is null) <> (cap_policy is null)
            or (cap_rate is not null and (
                coalesce(pool_scope, 'company') = 'deal'
                or (coalesce(pool_scope, 'company') = 'segment' and segment is null)
            )) as is_failing
    from pools
)

select
    rule,
    table_name,
    row_key,
    bool_or(is_failing) as is_failing
from checks
group by rule, table_name, row_key
