-- One row per employee, plan component and period.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

standings as (
    select * from {{ ref('int_bonus__standings') }}
),

-- of all rules that failed the first is named: who is not measured is not paid for that reason
first_reasons as (
    select
        employee_key,
        plan_component_key,
        period_key,
        min_by(reason_code, rule_number) as payout_ineligible_reason_code,
        min_by(case when is_measurement_rule then reason_code end, rule_number)
            as ineligible_reason_code
    from {{ ref('int_bonus__failed_rules') }}
    group by employee_key, plan_component_key, period_key
)

select
    standings.employee_key,
    standings.plan_component_key,
    standings.period_key,
    component_periods.plan_version,
    component_periods.currency_code,
    standings.hired_date,
    standings.left_date,
    component_periods.period_days,
    standings.assigned_days,
    cast(
        {{ divide_rounded('standings.assigned_days * 1000000', 'component_periods.period_days') }}
        as decimal(18, 0)
    ) * cast(0.000001 as decimal(7, 6)) as proration_factor,
    standings.salary_days_minor,
    first_reasons.ineligible_reason_code is null as is_eligible,
    first_reasons.ineligible_reason_code,
    first_reasons.payout_ineligible_reason_code is null as is_payout_eligible,
    first_reasons.payout_ineligible_reason_code,
    standings.has_credit,
    standings.is_leaver
from standings
inner join component_periods
    on standings.plan_component_key = component_periods.plan_component_key
    and standings.period_key = component_periods.period_key
left join first_reasons
    on standings.employee_key = first_reasons.employee_key
    and standings.plan_component_key = first_reasons.plan_component_key
    and standings.period_key = first_reasons.period_key
