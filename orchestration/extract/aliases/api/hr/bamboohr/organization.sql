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
    concat_ws(
        ' / ',
        coalesce(nullif(trim(job.department), ''), 'unassigned'),
        nullif(trim(job."reportsTo"), '')
    ) as id,
    coalesce(nullif(trim(job.department), ''), 'unassigned') as name,
    nullif(trim(job.department), '') as code,
    named.worker_id as manager_id
from source.job
left join named
    on trim(job."reportsTo") = named.called
