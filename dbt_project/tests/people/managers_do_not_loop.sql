-- Fails if somebody is, through however many managers, their own manager (E08): a roll-up along the
-- line would never end. Each step below doubles the distance, 64 in all: no line is longer.
with step_1 as (
    select employee_key, manager_employee_key
    from {{ ref('dim_employees') }}
    where is_active and manager_employee_key is not null
)

{%- for step in [1, 2, 4, 8, 16, 32] %},

step_{{ step * 2 }} as (
    select
        near.employee_key,
        far.manager_employee_key
    from step_{{ step }} as near
    inner join step_{{ step }} as far
        on near.manager_employee_key = far.employee_key
)
{%- endfor %}

select employee_key
from step_64
