-- One row per employee with an address at work.
with changes as (
    select
        worker_id,
        employees ->> ('$."' || worker_id || '".lastChanged') as changed_at
    from source.changed, unnest(json_keys(employees)) as listed(worker_id)
)

select
    employee."employeeId" as id,
    employee."employeeId" as personal_info_system_id,
    employee."workEmail" as email_address,
    coalesce(changes.changed_at, '1970-01-01T00:00:00Z') as _fivetran_synced
from source.employee
left join changes
    on employee."employeeId" = changes.worker_id
where nullif(employee."workEmail", '') is not null
