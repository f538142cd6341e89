-- One row per employee with an address at work.
select
    employee."employeeId" as id,
    employee."employeeId" as personal_info_system_id,
    employee."workEmail" as email_address,
    coalesce(changed."lastChanged", '1970-01-01T00:00:00Z') as _fivetran_synced
from source.employee
left join source.changed
    on employee."employeeId" = changed.id
where nullif(employee."workEmail", '') is not null
