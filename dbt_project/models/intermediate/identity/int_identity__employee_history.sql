-- One row per employee and validity of their position, function and team, while employed.
with spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

worker_positions as (
    select * from {{ ref('stg_hr__worker_positions') }}
),

organizations as (
    select * from {{ ref('stg_hr__organizations') }}
),

function_mappings as (
    select * from {{ ref('stg_policy__function_mappings') }}
),

worker_ids as (
    select distinct worker_id_hr, employee_key, employee_number
    from spells
),

-- the head of a team does not report to themselves but to the head of the team above
team_managers as (
    select
        organizations.organization_id_hr,
        organizations.organization_name,
        organizations.organization_code,
        managers.employee_key as manager_employee_key,
        superior_managers.employee_key as superior_manager_employee_key
    from organizations
    left join organizations as superior_organizations
        on organizations.superior_organization_id_hr = superior_organizations.organization_id_hr
    left join worker_ids as managers
        on organizations.manager_worker_id_hr = managers.worker_id_hr
    left join worker_ids as superior_managers
        on superior_organizations.manager_worker_id_hr = superior_managers.worker_id_hr
),

next_positions as (
    select
        worker_ids.employee_key,
        worker_ids.employee_number,
        worker_positions.*,
        lead(worker_positions.effective_date) over (
            partition by worker_ids.employee_key
            order by
                worker_positions.effective_date asc nulls last,
                worker_positions.position_id_hr asc nulls last
        ) as next_effective_date
    from worker_positions
    inner join worker_ids
        on worker_positions.worker_id_hr = worker_ids.worker_id_hr
),

-- end_date is the last day in the position. Sources that write the next one's first day there
-- mean the same; an end further into the next position is an overlap, and a test names it.
positions as (
    select
        *,
        effective_date as valid_from_date,
        case
            when end_date is null then coalesce(next_effective_date, {{ open_end() }})
            when end_date = next_effective_date then next_effective_date
            else {{ add_days('end_date', 1) }}
        end as valid_to_date
    from next_positions
),

change_dates as (
    select employee_key, valid_from_date as change_date from positions
    union
    select employee_key, valid_to_date as change_date from positions
    union
    select employee_key, valid_from_date as change_date from spells
    union
    select employee_key, valid_to_date as change_date from spells
    union
    select distinct positions.employee_key, function_mappings.valid_from_date as change_date
    from positions
    cross join function_mappings
),

segments as (
    select
        employee_key,
        change_date as valid_from_date,
        lead(change_date) over (
            partition by employee_key order by change_date asc nulls last
        ) as valid_to_date
    from change_dates
)

select
    segments.employee_key,
    positions.employee_number,
    coalesce(by_job_profile.function, by_organization.function, 'unassigned') as function,
    coalesce(team_managers.organization_name, 'unassigned') as team,
    positions.job_profile_id,
    case
        when team_managers.manager_employee_key = segments.employee_key
        then nullif(team_managers.superior_manager_employee_key, segments.employee_key)
        else team_managers.manager_employee_key
    end as manager_employee_key,
    positions.fte_rate,
    segments.valid_from_date,
    segments.valid_to_date
from segments
inner join spells
    on segments.employee_key = spells.employee_key
    and {{ in_force('segments.valid_from_date', 'spells') }}
inner join positions
    on segments.employee_key = positions.employee_key
    and {{ in_force('segments.valid_from_date', 'positions') }}
left join team_managers
    on positions.organization_id_hr = team_managers.organization_id_hr
left join function_mappings as by_job_profile
    on by_job_profile.source_field = 'job_profile_id'
    and by_job_profile.source_value = positions.job_profile_id
    and {{ in_force('segments.valid_from_date', 'by_job_profile') }}
left join function_mappings as by_organization
    on by_organization.source_field = 'organization_code'
    and by_organization.source_value = team_managers.organization_code
    and {{ in_force('segments.valid_from_date', 'by_organization') }}
where segments.valid_to_date is not null
