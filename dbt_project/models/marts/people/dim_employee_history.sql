-- One row per employee and validity, for the time they were employed.
with employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
)

select
    employee_history.employee_key,
    employee_history.employee_number,
    employee_history.function,
    employee_history.team,
    employee_history.job_profile_id,
    employee_history.manager_employee_key,
    employee_history.valid_from_date,
    employee_history.valid_to_date,
    employee_history.fte_rate,
    {{ in_force('nights.run_date', 'employee_history') }} as is_active
from employee_history
cross join nights
