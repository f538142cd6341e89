-- One row per KPI, record, part of it and employee whom it speaks about.
with funnel_stages as (
    select * from {{ ref('fct_funnel_stages') }}
    where subject = 'lead'
),

features as (
    select * from {{ ref('stg_product_usage__features') }}
),

feature_requests as (
    select * from {{ ref('stg_product_usage__feature_requests') }}
),

account_records as (
    select * from {{ ref('int_contribution__account_records') }}
),

shared_records as (
    select * from {{ ref('int_contribution__shared_records') }}
),

contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
    where is_counted and employee_key is not null
),

contribution_types as (
    select distinct contribution_type, source_table, source_value
    from {{ ref('stg_policy__contribution_types') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

tasks as (
    select * from {{ ref('stg_crm__tasks') }}
),

identities as (
    select * from {{ ref('int_identity__employee_identities') }}
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

-- a sale is a repeat where the account had won before the deal was opened
first_wins as (
    select
        account_key,
        min(won_at) as first_won_at
    from opportunities
    where is_won
    group by account_key
),

referring_types as (
    select distinct contribution_type
    from contribution_types
    where source_table = 'collaboration.introduction'
        or (source_table = 'support.ticket' and source_value = 'referred')
),

-- Part by part, each on the day it happened: what happens to a lead of last quarter is this
-- quarter's, so that a value does not move after its period.
named_records as (
    select
        'requests_shipped' as kpi_code,
        feature_requests.feature_request_id_product_usage || '/asked' as record_key,
        'product_usage' as system,
        features.owner_email as identity_value,
        cast(null as string) as counterparty_identity_value,
        feature_requests.created_at as event_at,
        0 as numerator,
        1 as denominator
    from feature_requests
    left join features
        on feature_requests.feature_id_product_usage = features.feature_id_product_usage
    union all
    select
        'requests_shipped' as kpi_code,
        feature_requests.feature_request_id_product_usage || '/shipped' as record_key,
        'product_usage' as system,
        features.owner_email as identity_value,
        null as counterparty_identity_value,
        greatest(features.shipped_at, feature_requests.created_at) as event_at,
        1 as numerator,
        0 as denominator
    from feature_requests
    inner join features
        on feature_requests.feature_id_product_usage = features.feature_id_product_usage
    where features.shipped_at is not null
    union all
    select
        'feature_adoption' as kpi_code,
        feature_adoptions.account_id_crm || '/' || feature_adoptions.feature_id_product_usage
            as record_key,
        'product_usage' as system,
        features.owner_email as identity_value,
        null as counterparty_identity_value,
        feature_adoptions.first_event_at as event_at,
        1 as numerator,
        0 as denominator
    from feature_adoptions
    inner join features
        on feature_adoptions.feature_id_product_usage = features.feature_id_product_usage
    union all
    select
        'satisfaction' as kpi_code,
        record_id as record_key,
        system,
        identity_value,
        null as counterparty_identity_value,
        event_at,
        case when source_value = 'good' then 1 else 0 end as numerator,
        1 as denominator
    from account_records
    where source_table = 'support.satisfaction_rating'
    union all
    select
        'insights_adopted' as kpi_code,
        record_id || '/delivered' as record_key,
        system,
        identity_value,
        null as counterparty_identity_value,
        event_at,
        0 as numerator,
        1 as denominator
    from shared_records
    where source_table = 'collaboration.insight'
    union all
    select
        'insights_adopted' as kpi_code,
        record_id || '/adopted' as record_key,
        system,
        identity_value,
        counterparty_identity_value,
        fulfilled_at as event_at,
        1 as numerator,
        0 as denominator
    from shared_records
    where source_table = 'collaboration.insight' and fulfilled_at is not null
    union all
    -- in hours: minutes over sixty for each task
    select
        contribution_types.contribution_type || '_hours' as kpi_code,
        tasks.task_id_crm as record_key,
        'crm' as system,
        tasks.owner_user_id_crm as identity_value,
        null as counterparty_identity_value,
        tasks.completed_at as event_at,
        greatest({{ minutes_between('tasks.created_at', 'tasks.completed_at') }}, 0) as numerator,
        60 as denominator
    from tasks
    inner join contribution_types
        on contribution_types.source_table = 'crm.task'
        and tasks.task_type = contribution_types.source_value
        and contribution_types.contribution_type in ('pricing_approval', 'contract_review')
    where tasks.completed_at is not null
),

dated_records as (
    select
        named_records.*,
        {{ local_date('named_records.event_at', 'company_zones.time_zone') }} as event_date
    from named_records
    cross join company_zones
),

closed_repeats as (
    select
        opportunities.opportunity_key,
        opportunities.closed_date,
        opportunities.is_won and not opportunities.is_held as is_won
    from opportunities
    inner join first_wins
        on opportunities.account_key = first_wins.account_key
        and first_wins.first_won_at < opportunities.created_at
    where opportunities.is_closed
),

records as (
    select
        dated_records.kpi_code,
        dated_records.record_key,
        identities.employee_key,
        dated_records.event_date,
        dated_records.numerator,
        dated_records.denominator
    from dated_records
    left join identities
        on dated_records.system = identities.system
        and dated_records.identity_value = identities.identity_value
        and {{ in_force('dated_records.event_date', 'identities') }}
    left join identities as counterparties
        on dated_records.system = counterparties.system
        and dated_records.counterparty_identity_value = counterparties.identity_value
        and {{ in_force('dated_records.event_date', 'counterparties') }}
    -- what somebody did whom nobody knows is nobody else's: it is listed in quarantine (C05)
    where (dated_records.identity_value is null or identities.employee_key is not null)
        -- nobody adopts their own insight (P01)
        and (
            counterparties.employee_key is null
            or counterparties.employee_key is distinct from identities.employee_key
        )
    union all
    select
        'repeat_sales' as kpi_code,
        closed_repeats.opportunity_key as record_key,
        contribution_events.employee_key,
        closed_repeats.closed_date as event_date,
        case when closed_repeats.is_won then 1 else 0 end as numerator,
        1 as denominator
    from closed_repeats
    inner join contribution_events
        on closed_repeats.opportunity_key = contribution_events.opportunity_key
    union all
    select
        'referrals' as kpi_code,
        opportunities.opportunity_key as record_key,
        contribution_events.employee_key,
        opportunities.won_date as event_date,
        1 as numerator,
        0 as denominator
    from opportunities
    inner join contribution_events
        on opportunities.opportunity_key = contribution_events.opportunity_key
    inner join referring_types
        on contribution_events.contribution_type = referring_types.contribution_type
    where opportunities.is_won and not opportunities.is_held
    union all
    -- leads are nobody's alone: they speak about each function that has the goal
    select
        case
            when stage in ('marketing_qualified_lead', 'sales_accepted_lead') then 'lead_quality'
            else 'lead_conversion'
        end as kpi_code,
        subject_key || '/' || stage as record_key,
        null as employee_key,
        entered_date as event_date,
        case when stage in ('sales_accepted_lead', 'opportunity') then 1 else 0 end as numerator,
        case when stage in ('marketing_qualified_lead', 'lead') then 1 else 0 end as denominator
    from funnel_stages
    where stage in ('lead', 'marketing_qualified_lead', 'sales_accepted_lead', 'opportunity')
)

-- a lead that enters a stage again, or two pieces of work on one deal, are one record
select
    kpi_code,
    record_key,
    employee_key,
    min(event_date) as event_date,
    cast(max(numerator) as bigint) as numerator,
    cast(max(denominator) as bigint) as denominator
from records
where event_date is not null
group by kpi_code, record_key, employee_key
