-- One row per eligible employee, success bonus and period: what is due if its pay gates open.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where component_type = 'success_bonus'
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
    where is_eligible
)

select
    eligibility.employee_key as payee_employee_key,
    component_periods.plan_component_key,
    component_periods.period_key,
    component_periods.currency_code,
    eligibility.salary_days_minor,
    component_periods.target_rate,
    -- annual pay x target rate x days / days of the period, in integers, rounded once
    coalesce(
        {{ divide_rounded(
            wide_integer('eligibility.salary_days_minor')
                ~ ' * ' ~ rate_units('component_periods.target_rate'),
            'component_periods.period_days * 1000000'
        ) }}, 0
    ) as bonus_minor
from component_periods
inner join eligibility
    on component_periods.plan_component_key = eligibility.plan_component_key
    and component_periods.period_key = eligibility.period_key
