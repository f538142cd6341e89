-- One row per employee and day from which a job took effect: an employee has one place at a time. A
-- team is a department under somebody; BambooHR names them, and has no profiles of jobs but titles.
with jobs as (
    select
        *,
        row_number() over (
            partition by "employeeId", "date" order by cast(id as bigint) desc
        ) as entry_rank
    from source.job
    where "date" <> '0000-00-00'
)

select
    jobs."employeeId" as worker_id,
    jobs."employeeId" as position_id,
    jobs."date" as effective_date,
    lead(cast(jobs."date" as date)) over (
        partition by jobs."employeeId" order by cast(jobs."date" as date) asc
    ) - 1 as end_date,
    nullif(trim(jobs."jobTitle"), '') as business_title,
    nullif(trim(jobs."jobTitle"), '') as job_profile_id,
    concat_ws(
        ' / ',
        coalesce(nullif(trim(jobs.department), ''), 'unassigned'),
        nullif(trim(jobs."reportsTo"), '')
    ) as organization_id,
    coalesce(changed."lastChanged", '1970-01-01T00:00:00Z') as _fivetran_start
from jobs
left join source.changed
    on jobs."employeeId" = changed.id
where jobs.entry_rank = 1
