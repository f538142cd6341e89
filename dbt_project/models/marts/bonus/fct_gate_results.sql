-- One row per plan component, pay gate and period.
select
    plan_component_key,
    pay_gate,
    period_key,
    plan_version,
    measure,
    gate_basis,
    -- after_bonus, the bonus is a cost like any other: what it adds up to is nobody's business here
    actual_minor - bonus_cost_minor as actual_minor,
    target_minor,
    margin_minor,
    currency_code,
    is_open,
    closed_reason_code,
    is_provisional
from {{ ref('int_bonus__gate_results') }}
