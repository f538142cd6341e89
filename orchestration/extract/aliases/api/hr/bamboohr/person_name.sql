-- One row per employee, under the name they prefer.
with changes as (
    select
        worker_id,
        employees ->> ('$."' || worker_id || '".lastChanged') as changed_at
    from source.changed, unnest(json_keys(employees)) as listed(worker_id)
)

select
    employee."employeeId" as personal_info_system_id,
    coalesce(nullif(employee."preferredName", ''), employee."firstName") as first_name,
    employee."lastName" as last_name,
    coalesce(changes.changed_at, '1970-01-01T00:00:00Z') as _fivetran_synced
from source.employee
left join changes
    on employee."employeeId" = changes.worker_id
