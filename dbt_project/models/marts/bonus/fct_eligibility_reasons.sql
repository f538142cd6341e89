-- One row per employee, plan component, period and rule that failed.
select
    employee_key,
    plan_component_key,
    period_key,
    reason_code,
    required_days,
    actual_days,
    happened_date,
    is_measurement_rule
from {{ ref('int_bonus__failed_rules') }}
