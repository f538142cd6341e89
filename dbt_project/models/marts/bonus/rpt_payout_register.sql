-- One row per payee, payment run, plan component, plan version, period and currency.
with payable_lines as (
    select * from {{ ref('fct_payout_lines') }}
    where account = 'payable'
),

employees as (
    select * from {{ ref('dim_employees') }}
),

plan_components as (
    select * from {{ ref('dim_plan_components') }}
),

sums as (
    select
        payee_employee_key,
        payment_run,
        plan_component_key,
        plan_version,
        period_key,
        currency_code,
        cast(count(*) as bigint) as line_count,
        cast(sum(payout_amount_minor) as bigint) as payout_amount_minor
    from payable_lines
    group by
        payee_employee_key,
        payment_run,
        plan_component_key,
        plan_version,
        period_key,
        currency_code
    having sum(payout_amount_minor) <> 0
)

select
    sums.payment_run,
    employees.employee_number as payee_employee_number,
    employees.employee_name as payee_name,
    plan_components.payroll_code,
    plan_components.payroll_name,
    sums.plan_component_key,
    sums.plan_version,
    sums.period_key,
    sums.line_count,
    sums.payout_amount_minor,
    sums.currency_code
from sums
inner join employees
    on sums.payee_employee_key = employees.employee_key
inner join plan_components
    on sums.plan_component_key = plan_components.plan_component_key
    and sums.plan_version = plan_components.plan_version
