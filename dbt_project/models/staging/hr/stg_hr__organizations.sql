-- One row per organization as it is now.
with source_rows as (
    select
        id as organization_id_hr,
        name as organization_name,
        code as organization_code,
        manager_id as manager_worker_id_hr,
        superior_organization_id as superior_organization_id_hr,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_hr', 'organization') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['organization_id_hr'],
        tie_break=[
            'organization_name', 'organization_code', 'manager_worker_id_hr',
            'superior_organization_id_hr'
        ],
    ) }}
)

select
    organization_id_hr,
    organization_name,
    organization_code,
    manager_worker_id_hr,
    superior_organization_id_hr
from current_versions
