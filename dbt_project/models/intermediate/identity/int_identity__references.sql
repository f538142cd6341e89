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

contacts as (
    select * from {{ ref('stg_crm__contacts') }}
),

leads as (
    select * from {{ ref('stg_crm__leads') }}
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

activities as (
    select * from {{ ref('stg_marketing__activities') }}
),

campaigns as (
    select * from {{ ref('stg_marketing__campaigns') }}
),

tickets as (
    select * from {{ ref('stg_support__tickets') }}
),

ticket_changes as (
    select * from {{ ref('stg_support__ticket_changes') }}
),

satisfaction_ratings as (
    select * from {{ ref('stg_support__satisfaction_ratings') }}
),

features as (
    select * from {{ ref('stg_product_usage__features') }}
),

answers as (
    select * from {{ ref('stg_collaboration__answers') }}
),

insights as (
    select * from {{ ref('stg_collaboration__insights') }}
),

introductions as (
    select * from {{ ref('stg_collaboration__introductions') }}
),

mentoring_sessions as (
    select * from {{ ref('stg_collaboration__mentoring_sessions') }}
),

recognitions as (
    select * from {{ ref('stg_collaboration__recognitions') }}
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
    select 'crm' as system, owner_user_id_crm as identity_value, false as is_email
    from contacts
    union all
    select 'crm' as system, owner_user_id_crm as identity_value, false as is_email
    from leads
    where is_converted
    union all
    select 'marketing' as system, owner_email as identity_value, true as is_email
    from programs
    union all
    select 'marketing' as system, author_email as identity_value, true as is_email
    from programs
    union all
    -- responses to campaigns that the marketing tool no longer holds
    select
        'marketing' as system,
        {{ lost_campaign('activities.campaign_id_marketing') }} as identity_value,
        false as is_email
    from activities
    left join campaigns
        on activities.campaign_id_marketing = campaigns.campaign_id_marketing
    left join programs
        on campaigns.program_id_marketing = programs.program_id_marketing
    where activities.campaign_id_marketing is not null
        and (
            campaigns.campaign_id_marketing is null
            or (
                campaigns.program_id_marketing is not null
                and programs.program_id_marketing is null
            )
        )
    union all
    select 'support' as system, assignee_user_id_support as identity_value, false as is_email
    from tickets
    union all
    select 'support' as system, new_value as identity_value, false as is_email
    from ticket_changes
    where field_name = 'assignee_id'
    union all
    select 'support' as system, assignee_user_id_support as identity_value, false as is_email
    from satisfaction_ratings
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
    select 'collaboration' as system, author_email as identity_value, true as is_email
    from insights
    union all
    select 'collaboration' as system, acted_on_by_email as identity_value, true as is_email
    from insights
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
    select 'collaboration' as system, giver_email as identity_value, true as is_email
    from recognitions
    union all
    select 'collaboration' as system, receiver_email as identity_value, true as is_email
    from recognitions
    union all
    select 'collaboration' as system, approved_by_email as identity_value, true as is_email
    from recognitions
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
