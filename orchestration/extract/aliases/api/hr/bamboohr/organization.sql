-- One row per department and whom its people report to. A name that several employees bear, or none,
-- is nobody's.
with

people as (
    select
        coalesce(nullif("preferredName", ''), "firstName") || ' ' || "lastName" as called,
        "employeeId" as worker_id
    from source.employee
    union
    select
        "firstName" || ' ' || "lastName" as called,
        "employeeId" as worker_id
    from source.employee
),

named as (
    select
        called,
        min(worker_id) as worker_id
    from people
    group by called
    having count(*) = 1
)

select distinct
    coalesce(job.department, '') || ' / ' || coalesce(job."reportsTo", '') as id,
    coalesce(nullif(job.department, ''), 'unassigned') as name,
    nullif(job.department, '') as code,
    named.worker_id as manager_id
from source.job
left join named
    on job."reportsTo" = named.called
