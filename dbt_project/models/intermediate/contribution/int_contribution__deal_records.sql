-- One row per source record of work that names a deal, or may name one.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

owner_spells as (
    select * from {{ ref('int_funnel__owner_spells') }}
),

opportunity_splits as (
    select * from {{ ref('int_funnel__opportunity_splits') }}
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

leads as (
    select * from {{ ref('stg_crm__leads') }}
),

lead_statuses as (
    select * from {{ ref('stg_crm__lead_statuses') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

dated_tasks as (
    select
        tasks.*,
        coalesce(
            tasks.completed_at,
            {{ day_start_at('tasks.activity_date', 'company_zones.time_zone') }},
            tasks.created_at
        ) as done_at
    from tasks
    cross join company_zones
)

select
    'crm.opportunity' as source_table,
    'owner' as source_value,
    owner_spells.opportunity_id_crm || '/' || {{ instant_text('owner_spells.owned_from_at') }}
        as record_id,
    'crm' as system,
    owner_spells.owner_user_id_crm as identity_value,
    cast(null as string) as counterparty_identity_value,
    owner_spells.opportunity_id_crm,
    cast(null as string) as account_id_crm,
    owner_spells.owned_from_at as event_at,
    owner_spells.owned_from_at as recorded_at,
    owner_spells.owned_from_at as fulfilled_at,
    cast(null as string) as unfulfilled_reason_code,
    opportunities.known_at,
    cast(null as string) as topic,
    cast(null as bigint) as attendee_count
from owner_spells
inner join opportunities
    on owner_spells.opportunity_id_crm = opportunities.opportunity_id_crm
union all
select
    'crm.opportunity_split' as source_table,
    split_type as source_value,
    opportunity_split_id_crm as record_id,
    'crm' as system,
    owner_user_id_crm as identity_value,
    null as counterparty_identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    first_told_at as event_at,
    first_told_at as recorded_at,
    first_told_at as fulfilled_at,
    null as unfulfilled_reason_code,
    known_at,
    null as topic,
    null as attendee_count
from opportunity_splits
where split_percentage > 0
union all
select
    'crm.opportunity_team_member' as source_table,
    team_member_role as source_value,
    opportunity_team_member_id_crm as record_id,
    'crm' as system,
    user_id_crm as identity_value,
    null as counterparty_identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    created_at as event_at,
    created_at as recorded_at,
    created_at as fulfilled_at,
    null as unfulfilled_reason_code,
    known_at,
    null as topic,
    null as attendee_count
from opportunity_team_members
union all
select
    'crm.task' as source_table,
    task_type as source_value,
    task_id_crm as record_id,
    'crm' as system,
    owner_user_id_crm as identity_value,
    null as counterparty_identity_value,
    what_id_crm as opportunity_id_crm,
    coalesce(account_id_crm, what_id_crm) as account_id_crm,
    done_at as event_at,
    created_at as recorded_at,
    case when is_done then done_at end as fulfilled_at,
    'not_happened' as unfulfilled_reason_code,
    known_at,
    subject as topic,
    null as attendee_count
from dated_tasks
union all
select
    'crm.event' as source_table,
    event_type as source_value,
    event_id_crm as record_id,
    'crm' as system,
    owner_user_id_crm as identity_value,
    null as counterparty_identity_value,
    what_id_crm as opportunity_id_crm,
    coalesce(account_id_crm, what_id_crm) as account_id_crm,
    coalesce(start_at, created_at) as event_at,
    created_at as recorded_at,
    -- an invitation to a colleague is a record of its own: the meeting is one, of who held it
    case when not is_child then coalesce(start_at, created_at) end as fulfilled_at,
    'part_of_meeting' as unfulfilled_reason_code,
    known_at,
    subject as topic,
    attendee_count
from events
union all
select
    'crm.lead' as source_table,
    leads.status as source_value,
    leads.lead_id_crm as record_id,
    'crm' as system,
    leads.owner_user_id_crm as identity_value,
    null as counterparty_identity_value,
    leads.converted_opportunity_id_crm,
    leads.converted_account_id_crm,
    coalesce(leads.converted_at, lead_statuses.status_since_at) as event_at,
    coalesce(leads.converted_at, lead_statuses.status_since_at) as recorded_at,
    coalesce(leads.converted_at, lead_statuses.status_since_at) as fulfilled_at,
    null as unfulfilled_reason_code,
    leads.known_at,
    null as topic,
    null as attendee_count
from leads
inner join lead_statuses
    on leads.lead_id_crm = lead_statuses.lead_id_crm
    and leads.status = lead_statuses.status
where leads.is_converted
    and leads.master_lead_id_crm is null
