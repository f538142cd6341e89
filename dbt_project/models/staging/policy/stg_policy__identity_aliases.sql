-- One row per system, alias and validity.
select
    system,
    alias_value,
    employee_number,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'identity_aliases') }}
