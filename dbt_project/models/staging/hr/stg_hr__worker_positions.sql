-- One row per worker, position and day from which it took effect.
with source_rows as (
    select
        worker_id as worker_id_hr,
        position_id as position_id_hr,
        effective_date,
        end_date,
        job_profile_id,
        cast(coalesce(full_time_equivalent_percentage, 100) * 0.01 as decimal(9, 6)) as fte_rate,
        organization_id as organization_id_hr,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_start,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_hr', 'worker_position_history') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['worker_id_hr', 'position_id_hr', 'effective_date'],
        version='_fivetran_start',
        tie_break=[
            'end_date', 'job_profile_id', 'fte_rate', 'organization_id_hr',
            'is_deleted'
        ],
    ) }}
)

select
    worker_id_hr,
    position_id_hr,
    effective_date,
    end_date,
    job_profile_id,
    fte_rate,
    organization_id_hr
from current_versions
where not is_deleted
