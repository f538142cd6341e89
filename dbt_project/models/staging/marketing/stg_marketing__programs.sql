-- One row per marketing program.
with source_rows as (
    select
        id as program_id_marketing,
        name as program_name,
        channel,
        coalesce(owner_email, author_email) as owner_email,
        author_email,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_marketing', 'program') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['program_id_marketing'],
        version='updated_at',
        tie_break=[
            'program_name', 'channel', 'owner_email', 'author_email'
        ],
    ) }}
)

select
    program_id_marketing,
    program_name,
    channel,
    owner_email,
    author_email
from current_versions
