-- One row per source record of work that names an account.
with contacts as (
    select * from {{ ref('stg_crm__contacts') }}
),

crm_leads as (
    select * from {{ ref('stg_crm__leads') }}
),

activities as (
    select * from {{ ref('stg_marketing__activities') }}
),

campaigns as (
    select * from {{ ref('stg_marketing__campaigns') }}
),

programs as (
    select * from {{ ref('stg_marketing__programs') }}
),

marketing_leads as (
    select * from {{ ref('stg_marketing__leads') }}
),

tickets as (
    select * from {{ ref('stg_support__tickets') }}
),

ticket_changes as (
    select * from {{ ref('stg_support__ticket_changes') }}
),

support_organizations as (
    select * from {{ ref('stg_support__organizations') }}
),

features as (
    select * from {{ ref('stg_product_usage__features') }}
),

feature_requests as (
    select * from {{ ref('stg_product_usage__feature_requests') }}
),

feature_adoptions as (
    select * from {{ ref('stg_product_usage__feature_adoptions') }}
),

-- A customer's person is found by e-mail address. An address at two accounts finds neither.
account_emails as (
    select
        email,
        min(account_id_crm) as account_id_crm
    from (
        select email, account_id_crm from contacts
        union
        select email, converted_account_id_crm as account_id_crm from crm_leads
    ) as addresses
    where email is not null and account_id_crm is not null
    group by email
    having count(*) = 1
),

-- Who solved a ticket is who was assigned when it was last set to solved (C13).
solved_changes as (
    select
        ticket_id_support,
        max(changed_at) as solved_at
    from ticket_changes
    where field_name = 'status' and new_value = 'solved'
    group by ticket_id_support
),

solvers as (
    select
        solved_changes.ticket_id_support,
        -- '' for a moment without an assignee: engines differ on null here
        nullif(
            max_by(coalesce(ticket_changes.new_value, ''), ticket_changes.changed_at), ''
        ) as solver_user_id_support
    from solved_changes
    inner join ticket_changes
        on solved_changes.ticket_id_support = ticket_changes.ticket_id_support
        and ticket_changes.field_name = 'assignee_id'
        and ticket_changes.changed_at <= solved_changes.solved_at
    group by solved_changes.ticket_id_support
)

select
    'marketing.activity' as source_table,
    activities.activity_type as source_value,
    activities.activity_id_marketing as record_id,
    'marketing' as system,
    programs.owner_email as identity_value,
    account_emails.account_id_crm,
    activities.activity_at as event_at,
    activities.activity_at as recorded_at,
    activities.known_at,
    activities.campaign_id_marketing as topic
from activities
inner join marketing_leads
    on activities.lead_id_marketing = marketing_leads.lead_id_marketing
inner join account_emails
    on marketing_leads.email = account_emails.email
left join campaigns
    on activities.campaign_id_marketing = campaigns.campaign_id_marketing
left join programs
    on campaigns.program_id_marketing = programs.program_id_marketing
union all
select
    'support.ticket' as source_table,
    'solved' as source_value,
    tickets.ticket_id_support as record_id,
    'support' as system,
    coalesce(solvers.solver_user_id_support, tickets.assignee_user_id_support)
        as identity_value,
    support_organizations.account_id_crm,
    coalesce(solved_changes.solved_at, tickets.updated_at) as event_at,
    coalesce(solved_changes.solved_at, tickets.updated_at) as recorded_at,
    tickets.known_at,
    tickets.ticket_id_support as topic
from tickets
inner join support_organizations
    on tickets.organization_id_support = support_organizations.organization_id_support
left join solved_changes
    on tickets.ticket_id_support = solved_changes.ticket_id_support
left join solvers
    on tickets.ticket_id_support = solvers.ticket_id_support
where tickets.status in ('solved', 'closed')
union all
select
    'product_usage.feature_request' as source_table,
    '*' as source_value,
    feature_requests.feature_request_id_product_usage as record_id,
    'product_usage' as system,
    features.owner_email as identity_value,
    feature_requests.account_id_crm,
    feature_requests.created_at as event_at,
    feature_requests.created_at as recorded_at,
    feature_requests.known_at,
    feature_requests.feature_id_product_usage as topic
from feature_requests
left join features
    on feature_requests.feature_id_product_usage = features.feature_id_product_usage
union all
select
    'product_usage.event_daily' as source_table,
    '*' as source_value,
    feature_adoptions.account_id_crm || '/' || feature_adoptions.feature_id_product_usage
        as record_id,
    'product_usage' as system,
    features.owner_email as identity_value,
    feature_adoptions.account_id_crm,
    cast(feature_adoptions.first_event_date as timestamp) as event_at,
    cast(feature_adoptions.first_event_date as timestamp) as recorded_at,
    -- partial sums carry no landing date; usage is first seen on the day it happens
    cast(feature_adoptions.first_event_date as timestamp) as known_at,
    feature_adoptions.feature_id_product_usage as topic
from feature_adoptions
inner join features
    on feature_adoptions.feature_id_product_usage = features.feature_id_product_usage
