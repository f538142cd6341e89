-- One row per employee, plan component and period.
select
    employee_key,
    plan_component_key,
    period_key,
    plan_version,
    period_days,
    assigned_days,
    cast(proration_factor as decimal(9, 6)) as proration_factor,
    salary_days_minor,
    currency_code,
    is_eligible,
    ineligible_reason_code,
    is_payout_eligible,
    payout_ineligible_reason_code
from {{ ref('int_bonus__eligibility') }}
