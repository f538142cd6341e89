-- One row per recorded act of help between two colleagues.
with answers as (
    select * from {{ ref('stg_collaboration__answers') }}
),

introductions as (
    select * from {{ ref('stg_collaboration__introductions') }}
),

mentoring_sessions as (
    select * from {{ ref('stg_collaboration__mentoring_sessions') }}
),

article_uses as (
    select * from {{ ref('stg_collaboration__article_uses') }}
),

meeting_attendees as (
    select * from {{ ref('stg_collaboration__meeting_attendees') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

company_zones as (
    select max(time_zone) as time_zone from company_settings
),

-- the calendar may know of more people than it lists, and the list of more than it counts
attended_meetings as (
    select
        *,
        greatest(
            coalesce(attendee_count, 0),
            count(*) over (partition by meeting_id_collaboration)
        ) as people_count
    from meeting_attendees
),

records as (
    select
        'collaboration.answer/' || answer_id_collaboration as evidence_ref,
        'answer' as kind,
        topic,
        opportunity_id_crm,
        answerer_email as giver_email,
        asker_email as taker_email,
        created_at as event_at,
        known_at,
        cast(2 as bigint) as people_count,
        {{ repeat_rank(
            ['question_id_collaboration', 'answerer_email', 'asker_email', 'created_at'],
            ['answer_id_collaboration'],
        ) }} as repeat_rank
    from answers
    union all
    -- a contact passed on is worth a name of its own; without one, two colleagues were introduced
    select
        'collaboration.introduction/' || introduction_id_collaboration as evidence_ref,
        case when contact_id_crm is null then 'introduction' else 'contact_shared' end as kind,
        null as topic,
        opportunity_id_crm,
        introducer_email as giver_email,
        introduced_to_email as taker_email,
        created_at as event_at,
        known_at,
        cast(2 as bigint) as people_count,
        {{ repeat_rank(
            ['introducer_email', 'introduced_to_email', 'opportunity_id_crm', 'created_at'],
            ['introduction_id_collaboration'],
        ) }} as repeat_rank
    from introductions
    union all
    -- a session that the mentee did not confirm is a calendar entry
    select
        'collaboration.mentoring_session/' || mentoring_session_id_collaboration as evidence_ref,
        'mentoring' as kind,
        topic,
        null as opportunity_id_crm,
        mentor_email as giver_email,
        mentee_email as taker_email,
        held_at as event_at,
        known_at,
        cast(2 as bigint) as people_count,
        {{ repeat_rank(
            ['mentor_email', 'mentee_email', 'held_at'],
            ['mentoring_session_id_collaboration'],
        ) }} as repeat_rank
    from mentoring_sessions
    where confirmed_at is not null
    union all
    select
        'collaboration.article_use/' || article_use_id_collaboration as evidence_ref,
        'knowledge_reuse' as kind,
        topic,
        opportunity_id_crm,
        author_email as giver_email,
        user_email as taker_email,
        used_at as event_at,
        known_at,
        cast(2 as bigint) as people_count,
        {{ repeat_rank(
            ['article_id_collaboration', 'author_email', 'user_email', 'used_at'],
            ['article_use_id_collaboration'],
        ) }} as repeat_rank
    from article_uses
    union all
    -- who comes gives their time to who called the meeting
    select
        'collaboration.meeting_attendee/' || meeting_id_collaboration || '/' || attendee_email
            as evidence_ref,
        'meeting' as kind,
        topic,
        opportunity_id_crm,
        attendee_email as giver_email,
        organizer_email as taker_email,
        held_at as event_at,
        known_at,
        people_count,
        {{ repeat_rank(
            ['organizer_email', 'attendee_email', 'held_at'],
            ['meeting_id_collaboration'],
        ) }} as repeat_rank
    from attended_meetings
    where has_attended
),

dated_records as (
    select
        records.*,
        {{ local_date('records.event_at', 'company_zones.time_zone') }} as event_date
    from records
    cross join company_zones
    where records.repeat_rank = 1
)

-- a broadcast is nobody's help to anybody (C12)
select
    dated_records.evidence_ref,
    dated_records.kind,
    dated_records.topic,
    dated_records.opportunity_id_crm,
    dated_records.giver_email,
    dated_records.taker_email,
    dated_records.event_at,
    dated_records.event_date,
    dated_records.known_at
from dated_records
inner join company_settings
    on {{ in_force('dated_records.event_date', 'company_settings') }}
where dated_records.people_count <= company_settings.broadcast_limit
