-- One row per mentoring session.
with source_rows as (
    select
        id as mentoring_session_id_collaboration,
        mentor_email,
        mentee_email,
        topic,
        held_at,
        confirmed_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_collaboration', 'mentoring_session') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['mentoring_session_id_collaboration'],
        version='updated_at',
        tie_break=[
            'mentor_email', 'mentee_email', 'topic', 'held_at', 'confirmed_at'
        ],
        has_known_at=true,
    ) }}
)

select
    mentoring_session_id_collaboration,
    mentor_email,
    mentee_email,
    topic,
    held_at,
    confirmed_at,
    known_at
from current_versions
