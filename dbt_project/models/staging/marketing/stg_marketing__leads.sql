-- One row per person the marketing tool knows.
with source_rows as (
    select
        id as lead_id_marketing,
        email,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_marketing', 'lead') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['lead_id_marketing'],
        version='updated_at',
        tie_break=[
            'email'
        ],
    ) }}
)

select
    lead_id_marketing,
    email
from current_versions
