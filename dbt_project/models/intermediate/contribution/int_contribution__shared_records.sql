-- One row per source record of help that reached a deal through a colleague or another customer.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

tasks as (
    select * from {{ ref('stg_crm__tasks') }}
),

events as (
    select * from {{ ref('stg_crm__events') }}
),

contacts as (
    select * from {{ ref('int_identity__contacts') }}
),

answers as (
    select * from {{ ref('stg_collaboration__answers') }}
),

article_uses as (
    select * from {{ ref('stg_collaboration__article_uses') }}
),

introductions as (
    select * from {{ ref('stg_collaboration__introductions') }}
),

insights as (
    select * from {{ ref('stg_collaboration__insights') }}
),

solved_tickets as (
    select * from {{ ref('int_contribution__solved_tickets') }}
),

-- a colleague's contact is shared when somebody else first works with them on a deal
contact_works as (
    select
        contact_id_crm,
        what_id_crm,
        owner_user_id_crm,
        coalesce(completed_at, created_at) as worked_at,
        known_at
    from tasks
    where contact_id_crm is not null
        and is_done
    union all
    select
        contact_id_crm,
        what_id_crm,
        owner_user_id_crm,
        coalesce(start_at, created_at) as worked_at,
        known_at
    from events
    where contact_id_crm is not null
        and not is_child
),

contact_uses as (
    select
        contacts.surviving_contact_id_crm as contact_id_crm,
        contact_works.what_id_crm as opportunity_id_crm,
        min(contacts.owner_user_id_crm) as owner_user_id_crm,
        min_by(
            contact_works.owner_user_id_crm,
            {{ instant_text('contact_works.worked_at') }} || contact_works.owner_user_id_crm
        ) as user_id_crm,
        min(contact_works.worked_at) as first_used_at,
        min(contact_works.known_at) as known_at
    from contact_works
    inner join contacts
        on contact_works.contact_id_crm = contacts.contact_id_crm
        and contact_works.owner_user_id_crm <> contacts.owner_user_id_crm
    inner join opportunities
        on contact_works.what_id_crm = opportunities.opportunity_id_crm
    group by contacts.surviving_contact_id_crm, contact_works.what_id_crm
),

-- a customer refers a deal of somebody else when one of their people is introduced for it
referrals as (
    select
        contacts.account_id_crm as referring_account_id_crm,
        opportunities.opportunity_id_crm,
        min(introductions.created_at) as referred_at,
        min(introductions.known_at) as known_at
    from introductions
    inner join contacts
        on introductions.contact_id_crm = contacts.contact_id_crm
    inner join opportunities
        on introductions.opportunity_id_crm = opportunities.opportunity_id_crm
        and contacts.account_id_crm <> opportunities.account_id_crm
    group by contacts.account_id_crm, opportunities.opportunity_id_crm
)

select
    'collaboration.answer' as source_table,
    case when is_accepted then 'accepted' else 'given' end as source_value,
    answer_id_collaboration as record_id,
    'collaboration' as system,
    answerer_email as identity_value,
    asker_email as counterparty_identity_value,
    opportunity_id_crm,
    cast(null as string) as account_id_crm,
    created_at as event_at,
    created_at as recorded_at,
    created_at as fulfilled_at,
    cast(null as string) as unfulfilled_reason_code,
    known_at,
    question_id_collaboration as topic,
    cast(null as bigint) as attendee_count
from answers
where opportunity_id_crm is not null
union all
select
    'collaboration.article_use' as source_table,
    '*' as source_value,
    article_use_id_collaboration as record_id,
    'collaboration' as system,
    author_email as identity_value,
    user_email as counterparty_identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    used_at as event_at,
    used_at as recorded_at,
    used_at as fulfilled_at,
    null as unfulfilled_reason_code,
    known_at,
    article_id_collaboration as topic,
    null as attendee_count
from article_uses
where opportunity_id_crm is not null
union all
select
    'collaboration.introduction' as source_table,
    '*' as source_value,
    introduction_id_collaboration as record_id,
    'collaboration' as system,
    introducer_email as identity_value,
    introduced_to_email as counterparty_identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    created_at as event_at,
    created_at as recorded_at,
    created_at as fulfilled_at,
    null as unfulfilled_reason_code,
    known_at,
    introduced_to_email as topic,
    null as attendee_count
from introductions
where opportunity_id_crm is not null
union all
select
    'collaboration.insight' as source_table,
    'adopted' as source_value,
    insight_id_collaboration as record_id,
    'collaboration' as system,
    author_email as identity_value,
    acted_on_by_email as counterparty_identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    delivered_at as event_at,
    delivered_at as recorded_at,
    case when confirmed_by_email = acted_on_by_email then acted_on_at end as fulfilled_at,
    case
        when acted_on_at is null or confirmed_by_email = acted_on_by_email then 'not_acted_on'
        else 'not_confirmed'
    end as unfulfilled_reason_code,
    known_at,
    topic,
    null as attendee_count
from insights
union all
select
    'crm.contact' as source_table,
    'shared' as source_value,
    contact_id_crm || '/' || opportunity_id_crm as record_id,
    'crm' as system,
    owner_user_id_crm as identity_value,
    user_id_crm as counterparty_identity_value,
    opportunity_id_crm,
    null as account_id_crm,
    first_used_at as event_at,
    first_used_at as recorded_at,
    first_used_at as fulfilled_at,
    null as unfulfilled_reason_code,
    known_at,
    contact_id_crm as topic,
    null as attendee_count
from contact_uses
union all
select
    'support.ticket' as source_table,
    'referred' as source_value,
    solved_tickets.ticket_id_support || '/' || referrals.opportunity_id_crm as record_id,
    'support' as system,
    solved_tickets.agent_user_id_support as identity_value,
    null as counterparty_identity_value,
    referrals.opportunity_id_crm,
    null as account_id_crm,
    solved_tickets.solved_at as event_at,
    solved_tickets.solved_at as recorded_at,
    solved_tickets.solved_at as fulfilled_at,
    null as unfulfilled_reason_code,
    referrals.known_at,
    solved_tickets.ticket_id_support as topic,
    null as attendee_count
from referrals
inner join solved_tickets
    on referrals.referring_account_id_crm = solved_tickets.account_id_crm
    and solved_tickets.part = 'solved'
    and solved_tickets.solved_at <= referrals.referred_at
