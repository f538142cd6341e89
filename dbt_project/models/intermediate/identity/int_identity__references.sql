-- One row per system and identity value that a source record names as a colleague.
with opportunities as (
    select * from {{ ref('stg_crm__opportunities') }}
),

opportunity_history as (
    select * from {{ ref('stg_crm__opportunity_history') }}
),

opportunity_splits as (
    select * from {{ ref('stg_crm__opportunity_splits') }}
),

opportunity_team_members as (
    select * from {{ ref('stg_crm__opportunity_team_members') }}
),

tasks as (
    select * from {{ ref('stg_crm__tasks') }}
),

events as (
    select * from {{ ref('stg_crm__events') }}
),

programs as (
    select * from {{ ref('stg_marketing__programs') }}
),

tickets as (
    select * from {{ ref('stg_support__tickets') }}
),

features as (
    select * from {{ ref('stg_product_usage__features') }}
),

answers as (
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

named_values as (
    select 'crm' as system, owner_user_id_crm as identity_value, false as is_email
    from opportunities
    union all
    select 'crm' as system, owner_user_id_crm as identity_value, false as is_email
    from opportunity_history
    union all
    select 'crm' as system, owner_user_id_crm as identity_value, false as is_email
    from opportunity_splits
    union all
    select 'crm' as system, user_id_crm as identity_value, false as is_email
    from opportunity_team_members
    union all
    select 'crm' as system, owner_user_id_crm as identity_value, false as is_email
    from tasks
    union all
    select 'crm' as system, owner_user_id_crm as identity_value, false as is_email
    from events
    union all
    select 'marketing' as system, owner_email as identity_value, true as is_email
    from programs
    union all
    select 'support' as system, assignee_user_id_support as identity_value, false as is_email
    from tickets
    union all
    select 'product_usage' as system, owner_email as identity_value, true as is_email
    from features
    union all
    select 'collaboration' as system, asker_email as identity_value, true as is_email
    from answers
    union all
    select 'collaboration' as system, answerer_email as identity_value, true as is_email
    from answers
    union all
    select 'collaboration' as system, introducer_email as identity_value, true as is_email
    from introductions
    union all
    select 'collaboration' as system, introduced_to_email as identity_value, true as is_email
    from introductions
    union all
    select 'collaboration' as system, mentor_email as identity_value, true as is_email
    from mentoring_sessions
    union all
    select 'collaboration' as system, mentee_email as identity_value, true as is_email
    from mentoring_sessions
    union all
    select 'collaboration' as system, author_email as identity_value, true as is_email
    from article_uses
    union all
    select 'collaboration' as system, user_email as identity_value, true as is_email
    from article_uses
    union all
    select 'collaboration' as system, organizer_email as identity_value, true as is_email
    from meeting_attendees
    union all
    select 'collaboration' as system, attendee_email as identity_value, true as is_email
    from meeting_attendees
)

select
    system,
    identity_value,
    is_email,
    cast(count(*) as bigint) as row_count
from named_values
where identity_value is not null
group by system, identity_value, is_email
