-- One row per plan component, pay gate and validity.
select
    plan_component_key,
    pay_gate,
    measure,
    gate_basis,
    least_attainment,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'pay_gates') }}
