-- One row per e-mail address record of a worker.
with source_rows as (
    select
        id as worker_email_id_hr,
        personal_info_system_id as worker_id_hr,
        email_address as email,
        _fivetran_synced,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_hr', 'person_contact_email_address') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['worker_email_id_hr'],
        version='_fivetran_synced',
        tie_break=[
            'worker_id_hr', 'email'
        ],
    ) }}
)

select
    worker_email_id_hr,
    worker_id_hr,
    email
from current_versions
