-- One row per source record of work that names an account.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

customer_emails as (
    select * from {{ ref('int_identity__customer_emails') }}
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

solved_tickets as (
    select * from {{ ref('int_contribution__solved_tickets') }}
),

satisfaction_ratings as (
    select * from {{ ref('stg_support__satisfaction_ratings') }}
),

features as (
    select * from {{ ref('stg_product_usage__features') }}
),

feature_requests as (
    select * from {{ ref('stg_product_usage__feature_requests') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

-- a day without a zone is a day of the company's: it begins where the company's begins (D01)
feature_adoptions as (
    select
        adoptions.*,
        {{ day_start_at('adoptions.first_event_date', 'company_zones.time_zone') }}
            as first_event_at
    from {{ ref('stg_product_usage__feature_adoptions') }} as adoptions
    cross join company_zones
),

-- What a customer did about a campaign is its owner's work and its author's. A campaign that nobody
-- knows any more is a name that finds nobody: held and listed, never the work of an empty seat.
responses as (
    select
        activities.activity_id_marketing,
        activities.activity_type,
        activities.activity_at,
        activities.campaign_id_marketing,
        activities.known_at,
        customer_emails.account_id_crm,
        case
            when activities.campaign_id_marketing is not null
                and (
                    campaigns.campaign_id_marketing is null
                    or (
                        campaigns.program_id_marketing is not null
                        and programs.program_id_marketing is null
                    )
                )
            then {{ lost_campaign('activities.campaign_id_marketing') }}
            else programs.owner_email
        end as owner_email,
        programs.author_email
    from activities
    inner join marketing_leads
        on activities.lead_id_marketing = marketing_leads.lead_id_marketing
    inner join customer_emails
        on marketing_leads.email = customer_emails.email
    left join campaigns
        on activities.campaign_id_marketing = campaigns.campaign_id_marketing
    left join programs
        on campaigns.program_id_marketing = programs.program_id_marketing
),

first_wins as (
    select
        account_id_crm,
        min(won_at) as first_won_at
    from opportunities
    where is_won
    group by account_id_crm
)

-- Partial sums of usage carry no landing date: usage is first seen on the day it happens. A feature
-- that was asked for counts from the day it shipped.
select
    'marketing.activity' as source_table,
    activity_type as source_value,
    activity_id_marketing as record_id,
    'marketing' as system,
    owner_email as identity_value,
    cast(null as string) as counterparty_identity_value,
    account_id_crm,
    activity_at as event_at,
    activity_at as recorded_at,
    activity_at as fulfilled_at,
    cast(null as string) as unfulfilled_reason_code,
    known_at,
    campaign_id_marketing as topic
from responses
union all
select
    'marketing.activity_author' as source_table,
    activity_type as source_value,
    activity_id_marketing as record_id,
    'marketing' as system,
    author_email as identity_value,
    owner_email as counterparty_identity_value,
    account_id_crm,
    activity_at as event_at,
    activity_at as recorded_at,
    activity_at as fulfilled_at,
    null as unfulfilled_reason_code,
    known_at,
    campaign_id_marketing as topic
from responses
where author_email <> owner_email
union all
select
    'support.ticket' as source_table,
    part as source_value,
    case part
        when 'solved' then ticket_id_support
        else ticket_id_support || '/' || agent_user_id_support
    end as record_id,
    'support' as system,
    agent_user_id_support as identity_value,
    null as counterparty_identity_value,
    account_id_crm,
    solved_at as event_at,
    solved_at as recorded_at,
    solved_at as fulfilled_at,
    null as unfulfilled_reason_code,
    known_at,
    ticket_id_support as topic
from solved_tickets
union all
select
    'support.satisfaction_rating' as source_table,
    satisfaction_ratings.score as source_value,
    satisfaction_ratings.satisfaction_rating_id_support as record_id,
    'support' as system,
    satisfaction_ratings.assignee_user_id_support as identity_value,
    null as counterparty_identity_value,
    solved_tickets.account_id_crm,
    satisfaction_ratings.rated_at as event_at,
    satisfaction_ratings.rated_at as recorded_at,
    satisfaction_ratings.rated_at as fulfilled_at,
    null as unfulfilled_reason_code,
    satisfaction_ratings.known_at,
    satisfaction_ratings.ticket_id_support as topic
from satisfaction_ratings
inner join solved_tickets
    on satisfaction_ratings.ticket_id_support = solved_tickets.ticket_id_support
    and solved_tickets.part = 'solved'
union all
select
    'product_usage.feature_request' as source_table,
    '*' as source_value,
    feature_requests.feature_request_id_product_usage as record_id,
    'product_usage' as system,
    features.owner_email as identity_value,
    null as counterparty_identity_value,
    feature_requests.account_id_crm,
    feature_requests.created_at as event_at,
    feature_requests.created_at as recorded_at,
    features.shipped_at as fulfilled_at,
    'not_shipped' as unfulfilled_reason_code,
    feature_requests.known_at,
    feature_requests.feature_id_product_usage as topic
from feature_requests
left join features
    on feature_requests.feature_id_product_usage = features.feature_id_product_usage
union all
select
    'product_usage.event_daily' as source_table,
    case
        when first_wins.first_won_at < feature_adoptions.first_event_at
        then 'customer'
        else 'trial'
    end as source_value,
    feature_adoptions.account_id_crm || '/' || feature_adoptions.feature_id_product_usage
        as record_id,
    'product_usage' as system,
    features.owner_email as identity_value,
    null as counterparty_identity_value,
    feature_adoptions.account_id_crm,
    feature_adoptions.first_event_at as event_at,
    feature_adoptions.first_event_at as recorded_at,
    feature_adoptions.first_event_at as fulfilled_at,
    null as unfulfilled_reason_code,
    feature_adoptions.first_event_at as known_at,
    feature_adoptions.feature_id_product_usage as topic
from feature_adoptions
inner join features
    on feature_adoptions.feature_id_product_usage = features.feature_id_product_usage
left join first_wins
    on feature_adoptions.account_id_crm = first_wins.account_id_crm
