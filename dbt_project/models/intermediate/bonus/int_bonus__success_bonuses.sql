-- One row per eligible employee, bonus at target and period: what is due if its pay gates open.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where component_type in ('success_bonus', 'team_target', 'kpi_bonus')
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
    where is_eligible
),

payout_rates as (
    select * from {{ ref('int_bonus__payout_rates') }}
),

-- without goals a bonus is paid in full or, behind its pay gates, not at all
rated as (
    select
        eligibility.employee_key as payee_employee_key,
        component_periods.plan_component_key,
        component_periods.period_key,
        component_periods.currency_code,
        component_periods.period_days,
        eligibility.salary_days_minor,
        component_periods.target_rate,
        component_periods.goal_count,
        case
            when component_periods.goal_count > 0
            then coalesce(payout_rates.payout_rate_units, 0)
            else 1000000
        end as payout_rate_units
    from component_periods
    inner join eligibility
        on component_periods.plan_component_key = eligibility.plan_component_key
        and component_periods.period_key = eligibility.period_key
    left join payout_rates
        on eligibility.employee_key = payout_rates.employee_key
        and eligibility.plan_component_key = payout_rates.plan_component_key
        and eligibility.period_key = payout_rates.period_key
)

select
    payee_employee_key,
    plan_component_key,
    period_key,
    currency_code,
    salary_days_minor,
    target_rate,
    case when goal_count > 0 then {{ rate_from_units('payout_rate_units') }} end as payout_rate,
    -- annual pay x target rate x payout rate x days / days of the period, in integers, rounded once
    coalesce(
        {{ divide_rounded(
            wide_integer('salary_days_minor') ~ ' * ' ~ rate_units('target_rate')
                ~ ' * payout_rate_units',
            wide_integer('period_days') ~ ' * 1000000000000'
        ) }}, 0
    ) as bonus_minor
from rated
