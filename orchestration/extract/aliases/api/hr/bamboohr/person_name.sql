-- One row per employee, under the name they prefer.
select
    employee."employeeId" as personal_info_system_id,
    coalesce(nullif(employee."preferredName", ''), employee."firstName") as first_name,
    employee."lastName" as last_name,
    coalesce(changed."lastChanged", '1970-01-01T00:00:00Z') as _fivetran_synced
from source.employee
left join source.changed
    on employee."employeeId" = changed.id
