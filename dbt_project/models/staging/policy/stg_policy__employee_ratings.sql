-- One row per employee and validity.
select
    employee_number,
    rating,
    approved_by,
    approved_date,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'employee_ratings') }}
