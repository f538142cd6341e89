-- One row per system, identity value and validity that stands for an employee.
with identities as (
    select * from {{ ref('int_identity__identities') }}
)

select
    system,
    identity_value,
    employee_key,
    valid_from_date,
    valid_to_date
from identities
where resolution_code = 'employee'
