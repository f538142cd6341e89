-- One row per worker.
with source_rows as (
    select
        personal_info_system_id as worker_id_hr,
        first_name,
        last_name,
        _fivetran_synced,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_hr', 'person_name') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['worker_id_hr'],
        version='_fivetran_synced',
        tie_break=[
            'first_name', 'last_name'
        ],
    ) }}
)

select
    worker_id_hr,
    first_name,
    last_name
from current_versions
