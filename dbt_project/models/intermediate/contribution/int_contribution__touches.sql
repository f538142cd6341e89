-- One row per source record of work and opportunity that the record concerns.
with deal_records as (
    select * from {{ ref('int_contribution__deal_records') }}
),

shared_records as (
    select * from {{ ref('int_contribution__shared_records') }}
),

account_records as (
    select * from {{ ref('int_contribution__account_records') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

accounts as (
    select * from {{ ref('int_identity__accounts') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

contribution_types as (
    select * from {{ ref('stg_policy__contribution_types') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

source_records as (
    select
        source_table,
        source_value,
        record_id,
        system,
        identity_value,
        counterparty_identity_value,
        opportunity_id_crm,
        account_id_crm,
        event_at,
        recorded_at,
        fulfilled_at,
        unfulfilled_reason_code,
        known_at,
        topic,
        attendee_count
    from deal_records
    union all
    select
        source_table,
        source_value,
        record_id,
        system,
        identity_value,
        counterparty_identity_value,
        opportunity_id_crm,
        account_id_crm,
        event_at,
        recorded_at,
        fulfilled_at,
        unfulfilled_reason_code,
        known_at,
        topic,
        attendee_count
    from shared_records
    union all
    select
        source_table,
        source_value,
        record_id,
        system,
        identity_value,
        counterparty_identity_value,
        null as opportunity_id_crm,
        account_id_crm,
        event_at,
        recorded_at,
        fulfilled_at,
        unfulfilled_reason_code,
        known_at,
        topic,
        null as attendee_count
    from account_records
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
        case
            when named_types.contribution_type is not null then named_types.opportunity_types
            else any_types.opportunity_types
        end as opportunity_types,
        case
            when named_types.contribution_type is not null then named_types.max_backdating_days
            else any_types.max_backdating_days
        end as max_backdating_days,
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

-- A record about an account concerns each of its deals that it precedes within the lookback, give
-- or take the clock skew (C09): an open deal as of tonight, a closed one as of its close.
account_touches as (
    select
        typed_records.*,
        opportunities.opportunity_key,
        false as is_direct
    from typed_records
    left join accounts
        on typed_records.account_id_crm = accounts.account_id_crm
    inner join opportunities
        on coalesce(accounts.surviving_account_id_crm, typed_records.account_id_crm)
        = opportunities.account_id_crm
    inner join company_settings
        on {{ in_force_if_dated('typed_records.event_date', 'company_settings') }}
    cross join nights
    where not exists (
        select 1
        from opportunities as named_opportunities
        where named_opportunities.opportunity_id_crm = typed_records.opportunity_id_crm
    )
        -- work on a deal that is deleted is no work on the account's other deals
        and not coalesce({{ is_sf_opportunity('typed_records.opportunity_id_crm') }}, false)
        and typed_records.event_at <= coalesce(
            {{ add_minutes('opportunities.closed_at', 'company_settings.clock_skew_minutes') }},
            cast('9999-12-31 00:00:00' as timestamp)
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
    counterparty_identity_value,
    contribution_type,
    type_function,
    event_at,
    event_date,
    recorded_at,
    fulfilled_at,
    unfulfilled_reason_code,
    known_at,
    topic,
    attendee_count,
    weight,
    lookback_days,
    max_per_day,
    opportunity_types,
    max_backdating_days,
    is_counted_type,
    is_direct
from touches
