-- One row per worker, position and day from which it took effect. The organization a position
-- belongs to is in a table of its own: the supervisory one where Workday names its type.
with

ranked_organizations as (
    select
        worker_position_organization_history.worker_id,
        worker_position_organization_history.position_id,
        worker_position_organization_history.organization_id,
        row_number() over (
            partition by
                worker_position_organization_history.worker_id,
                worker_position_organization_history.position_id
            order by
                upper(organization.type) = 'SUPERVISORY' desc nulls last,
                cast(worker_position_organization_history._fivetran_active as boolean) desc
                    nulls last,
                worker_position_organization_history._fivetran_start desc nulls last,
                worker_position_organization_history."index" asc nulls last
        ) as organization_rank
    from optional.worker_position_organization_history
    left join optional.organization
        on worker_position_organization_history.organization_id = organization.id
)

select
    worker_position_history.worker_id,
    worker_position_history.position_id,
    worker_position_history.effective_date,
    worker_position_history.end_date,
    worker_position_history.business_title,
    worker_position_history.job_profile_id,
    worker_position_history.management_level_code,
    worker_position_history.full_time_equivalent_percentage,
    ranked_organizations.organization_id,
    coalesce(cast(worker_position_history._fivetran_deleted as boolean), false) as is_deleted,
    coalesce(
        cast(worker_position_history._fivetran_start as timestamp),
        cast(worker_position_history._fivetran_synced as timestamp)
    ) as _fivetran_start
from source.worker_position_history
left join ranked_organizations
    on worker_position_history.worker_id = ranked_organizations.worker_id
    and worker_position_history.position_id = ranked_organizations.position_id
    and ranked_organizations.organization_rank = 1
