-- One row per source record of work and opportunity that the record concerns.
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

contacts as (
    select * from {{ ref('stg_crm__contacts') }}
),

crm_leads as (
    select * from {{ ref('stg_crm__leads') }}
),

accounts as (
    select * from {{ ref('stg_crm__accounts') }}
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

answers as (
    select * from {{ ref('stg_collaboration__answers') }}
),

introductions as (
    select * from {{ ref('stg_collaboration__introductions') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

contribution_types as (
    select * from {{ ref('stg_policy__contribution_types') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
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
        max_by(ticket_changes.new_value, ticket_changes.changed_at) as solver_user_id_support
    from solved_changes
    inner join ticket_changes
        on solved_changes.ticket_id_support = ticket_changes.ticket_id_support
        and ticket_changes.field_name = 'assignee_id'
        and ticket_changes.changed_at <= solved_changes.solved_at
    group by solved_changes.ticket_id_support
),

source_records as (
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
        'marketing.activity' as source_table,
        activities.activity_type as source_value,
        activities.activity_id_marketing as record_id,
        'marketing' as system,
        programs.owner_email as identity_value,
        null as opportunity_id_crm,
        account_emails.account_id_crm,
        activities.activity_at as event_at,
        activities.activity_at as recorded_at,
        activities.known_at,
        activities.campaign_id_marketing as topic,
        null as attendee_count,
        true as is_done
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
        null as opportunity_id_crm,
        support_organizations.account_id_crm,
        coalesce(solved_changes.solved_at, tickets.updated_at) as event_at,
        coalesce(solved_changes.solved_at, tickets.updated_at) as recorded_at,
        tickets.known_at,
        tickets.ticket_id_support as topic,
        null as attendee_count,
        true as is_done
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
        null as opportunity_id_crm,
        feature_requests.account_id_crm,
        feature_requests.created_at as event_at,
        feature_requests.created_at as recorded_at,
        feature_requests.known_at,
        feature_requests.feature_id_product_usage as topic,
        null as attendee_count,
        true as is_done
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
        null as opportunity_id_crm,
        feature_adoptions.account_id_crm,
        cast(feature_adoptions.first_event_date as timestamp) as event_at,
        cast(feature_adoptions.first_event_date as timestamp) as recorded_at,
        -- partial sums carry no landing date; usage is first seen on the day it happens
        cast(feature_adoptions.first_event_date as timestamp) as known_at,
        feature_adoptions.feature_id_product_usage as topic,
        null as attendee_count,
        true as is_done
    from feature_adoptions
    inner join features
        on feature_adoptions.feature_id_product_usage = features.feature_id_product_usage
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
),

local_records as (
    select
        source_records.*,
        {{ local_date('source_records.event_at', 'company_zones.time_zone') }} as event_date
    from source_records
    cross join company_zones
),

-- A record of a kind that policy does not name is no contribution; a named value goes before '*'.
typed_records as (
    select
        local_records.*,
        coalesce(named_types.contribution_type, any_types.contribution_type) as contribution_type,
        case
            when named_types.contribution_type is not null then named_types.function
            else any_types.function
        end as type_function,
        coalesce(named_types.weight, any_types.weight) as weight,
        coalesce(named_types.lookback_days, any_types.lookback_days) as lookback_days,
        case
            when named_types.contribution_type is not null then named_types.max_per_day
            else any_types.max_per_day
        end as max_per_day,
        coalesce(named_types.is_counted, any_types.is_counted) as is_counted_type
    from local_records
    left join contribution_types as named_types
        on local_records.source_table = named_types.source_table
        and local_records.source_value = named_types.source_value
        and {{ in_force('local_records.event_date', 'named_types') }}
    left join contribution_types as any_types
        on local_records.source_table = any_types.source_table
        and any_types.source_value = '*'
        and {{ in_force('local_records.event_date', 'any_types') }}
    where named_types.contribution_type is not null or any_types.contribution_type is not null
),

direct_touches as (
    select
        typed_records.*,
        opportunities.opportunity_key,
        true as is_direct
    from typed_records
    inner join opportunities
        on typed_records.opportunity_id_crm = opportunities.opportunity_id_crm
),

-- A record about an account concerns each of its deals that it precedes within the lookback: an
-- open deal as of tonight, a closed one as of its close.
account_touches as (
    select
        typed_records.*,
        opportunities.opportunity_key,
        false as is_direct
    from typed_records
    left join accounts
        on typed_records.account_id_crm = accounts.account_id_crm
    inner join opportunities
        on coalesce(accounts.master_account_id_crm, typed_records.account_id_crm)
        = opportunities.account_id_crm
    cross join nights
    where not exists (
        select 1
        from opportunities as named_opportunities
        where named_opportunities.opportunity_id_crm = typed_records.opportunity_id_crm
    )
        and typed_records.event_at <= coalesce(
            opportunities.closed_at, cast('9999-12-31 00:00:00' as timestamp)
        )
        and {{ days_between(
            'typed_records.event_date', 'coalesce(opportunities.closed_date, nights.run_date)'
        ) }} <= typed_records.lookback_days
),

touches as (
    select * from direct_touches
    union all
    select * from account_touches
)

select
    {{ surrogate_key(['source_table', 'record_id', 'opportunity_key']) }} as contribution_event_key,
    opportunity_key,
    source_table,
    record_id,
    system,
    identity_value,
    contribution_type,
    type_function,
    event_at,
    event_date,
    recorded_at,
    known_at,
    topic,
    attendee_count,
    weight,
    lookback_days,
    max_per_day,
    is_counted_type,
    is_direct,
    is_done
from touches
