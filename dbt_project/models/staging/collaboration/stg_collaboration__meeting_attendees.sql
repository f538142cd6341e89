-- One row per meeting among colleagues and attendee.
with source_rows as (
    select
        meeting_id as meeting_id_collaboration,
        organizer_email,
        attendee_email,
        coalesce(has_attended, false) as has_attended,
        attendee_count,
        topic,
        {{ sf_id_18('opportunity_id') }} as opportunity_id_crm,
        held_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_collaboration', 'meeting_attendee') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['meeting_id_collaboration', 'attendee_email'],
        version='updated_at',
        tie_break=[
            'organizer_email', 'has_attended', 'attendee_count', 'topic', 'opportunity_id_crm',
            'held_at'
        ],
        has_known_at=true,
    ) }}
)

select
    meeting_id_collaboration,
    organizer_email,
    attendee_email,
    has_attended,
    attendee_count,
    topic,
    opportunity_id_crm,
    held_at,
    known_at
from current_versions
