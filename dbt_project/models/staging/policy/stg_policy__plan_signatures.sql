-- One row per employee, plan and plan version.
select
    employee_number,
    plan_key,
    plan_version,
    signed_date
from {{ source('raw_policy', 'plan_signatures') }}
