-- One row per plan component, pay gate and period.
select
    plan_component_key,
    pay_gate,
    period_key,
    plan_version,
    measure,
    gate_basis,
    actual_minor,
    target_minor,
    bonus_cost_minor,
    margin_minor,
    currency_code,
    is_open,
    closed_reason_code,
    is_provisional
from {{ ref('int_bonus__gate_results') }}
