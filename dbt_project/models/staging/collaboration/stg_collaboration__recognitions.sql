-- One row per recognition that one colleague gave another.
with source_rows as (
    select
        id as recognition_id_collaboration,
        giver_email,
        receiver_email,
        given_at,
        approved_by_email,
        approved_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_collaboration', 'recognition') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['recognition_id_collaboration'],
        version='updated_at',
        tie_break=[
            'giver_email', 'receiver_email', 'given_at', 'approved_by_email', 'approved_at'
        ],
        has_known_at=true,
    ) }}
)

select
    recognition_id_collaboration,
    giver_email,
    receiver_email,
    given_at,
    approved_by_email,
    approved_at,
    known_at
from current_versions
