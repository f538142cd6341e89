-- One row per source record of work that names a deal, or may name one.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

owner_spells as (
    select * from {{ ref('int_funnel__owner_spells') }}
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

answers as (
    select * from {{ ref('stg_collaboration__answers') }}
),

introductions as (
    select * from {{ ref('stg_collaboration__introductions') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
)

select
    'crm.opportunity' as source_table,
    'owner' as source_value,
    owner_spells.opportunity_id_crm || '/' || {{ instant_text('owner_spells.owned_from_at') }}
        as record_id,
    'crm' as system,
    owner_spells.owner_user_id_crm as identity_value,
    owner_spells.opportunity_id_crm,
    cast(null as string) as account_id_crm,
    owner_spells.owned_from_at as event_at,
    owner_spells.owned_from_at as recorded_at,
    opportunities.known_at,
    cast(null as string) as topic,
    cast(null as bigint) as attendee_count,
    true as is_done
from owner_spells
inner join opportunities
    on owner_spells.opportunity_id_crm = opportunities.opportunity_id_crm
union all
select
    'crm.opportunity_team_member' as source_table,
    team_member_role as source_value,
    opportunity_team_member_id_crm as record_id,
    'crm' as system,
    user_id_crm as identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    created_at as event_at,
    created_at as recorded_at,
    known_at,
    null as topic,
    null as attendee_count,
    true as is_done
from opportunity_team_members
union all
select
    'crm.task' as source_table,
    tasks.task_type as source_value,
    tasks.task_id_crm as record_id,
    'crm' as system,
    tasks.owner_user_id_crm as identity_value,
    tasks.what_id_crm as opportunity_id_crm,
    coalesce(tasks.account_id_crm, tasks.what_id_crm) as account_id_crm,
    coalesce(
        tasks.completed_at,
        {{ day_start_at('tasks.activity_date', 'company_zones.time_zone') }},
        tasks.created_at
    ) as event_at,
    tasks.created_at as recorded_at,
    tasks.known_at,
    tasks.subject as topic,
    null as attendee_count,
    coalesce(tasks.status = 'Completed', tasks.completed_at is not null) as is_done
from tasks
cross join company_zones
union all
select
    'crm.event' as source_table,
    event_type as source_value,
    event_id_crm as record_id,
    'crm' as system,
    owner_user_id_crm as identity_value,
    what_id_crm as opportunity_id_crm,
    coalesce(account_id_crm, what_id_crm) as account_id_crm,
    coalesce(start_at, created_at) as event_at,
    created_at as recorded_at,
    known_at,
    subject as topic,
    attendee_count,
    true as is_done
from events
union all
select
    'collaboration.answer' as source_table,
    '*' as source_value,
    answer_id_collaboration as record_id,
    'collaboration' as system,
    answerer_email as identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    created_at as event_at,
    created_at as recorded_at,
    known_at,
    question_id_collaboration as topic,
    null as attendee_count,
    true as is_done
from answers
where opportunity_id_crm is not null
union all
select
    'collaboration.introduction' as source_table,
    '*' as source_value,
    introduction_id_collaboration as record_id,
    'collaboration' as system,
    introducer_email as identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    created_at as event_at,
    created_at as recorded_at,
    known_at,
    introduced_to_email as topic,
    null as attendee_count,
    true as is_done
from introductions
where opportunity_id_crm is not null
