-- One row per contribution event: one person's recorded work on one opportunity.
with touches as (
    select * from {{ ref('int_contribution__touches') }}
),

deal_records as (
    select * from {{ ref('int_contribution__deal_records') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

identities as (
    select * from {{ ref('int_identity__identities') }}
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

-- A record that names nobody, of a type that belongs to a function, is work of an empty seat: it
-- counts for the function and is shown as unassigned (C08).
identified_touches as (
    select
        touches.*,
        identities.employee_key,
        counterparties.employee_key as counterparty_employee_key,
        coalesce(touches.type_function, employee_history.function) as function,
        employee_history.employee_key is not null as was_employed,
        touches.identity_value is null and touches.type_function is not null as is_empty_seat,
        coalesce(identities.resolution_code, 'unknown') as resolution_code,
        -- of content its author and its campaign's owner are two who gave, not giver and taker
        coalesce(
            counterparties.resolution_code = 'excluded'
            and touches.source_table <> 'marketing.activity_author',
            false
        ) as is_for_nobody,
        opportunities.opportunity_type,
        opportunities.is_won,
        opportunities.closed_at,
        opportunities.closed_date,
        nights.run_date,
        company_settings.clock_skew_minutes,
        company_settings.broadcast_limit
    from touches
    inner join opportunities
        on touches.opportunity_key = opportunities.opportunity_key
    left join identities
        on touches.system = identities.system
        and touches.identity_value = identities.identity_value
        and {{ in_force('touches.event_date', 'identities') }}
    left join identities as counterparties
        on touches.system = counterparties.system
        and touches.counterparty_identity_value = counterparties.identity_value
        and {{ in_force('touches.event_date', 'counterparties') }}
    left join employee_history
        on identities.employee_key = employee_history.employee_key
        and {{ in_force('touches.event_date', 'employee_history') }}
    inner join company_settings
        on {{ in_force_if_dated('touches.event_date', 'company_settings') }}
    cross join nights
),

-- one piece of work delivered under two ids counts once: under the lower id (C04)
repeated_touches as (
    select
        opportunity_key,
        source_table,
        contribution_type,
        coalesce(identity_value, '') as identity_value,
        event_at,
        coalesce(topic, '') as topic,
        min(record_id) as first_record_id
    from touches
    group by
        opportunity_key,
        source_table,
        contribution_type,
        coalesce(identity_value, ''),
        event_at,
        coalesce(topic, '')
    having count(*) > 1
),

-- who owns a deal, has a part in it or works on it in the CRM, since when: they act on an insight
deal_workers as (
    select
        opportunities.opportunity_key,
        identities.employee_key,
        min(deal_records.event_at) as since_at
    from deal_records
    inner join opportunities
        on deal_records.opportunity_id_crm = opportunities.opportunity_id_crm
    inner join identities
        on deal_records.system = identities.system
        and deal_records.identity_value = identities.identity_value
        and {{ in_force('cast(deal_records.event_at as date)', 'identities') }}
    where identities.employee_key is not null
    group by opportunities.opportunity_key, identities.employee_key
),

judged_touches as (
    select
        identified_touches.*,
        case
            when identified_touches.record_id <> repeated_touches.first_record_id
            then 'duplicate'
            when event_date > run_date then 'not_happened'
            when fulfilled_at is null then unfulfilled_reason_code
            -- a bot or a shared mailbox neither earns nor passes credit on (C12)
            when resolution_code = 'excluded' or is_for_nobody then 'excluded_identity'
            when attendee_count > broadcast_limit then 'broadcast'
            when not is_counted_type then 'type_not_counted'
            when not coalesce(
                '+' || opportunity_types || '+' like '%+' || opportunity_type || '+%',
                opportunity_types is null
            ) then 'deal_type_not_counted'
            when greatest(identified_touches.event_at, recorded_at)
                > {{ add_minutes('closed_at', 'clock_skew_minutes') }}
            then case when is_won then 'after_win' else 'after_loss' end
            -- shipped, or acted on, only after the deal was decided
            when fulfilled_at > {{ add_minutes('closed_at', 'clock_skew_minutes') }}
            then unfulfilled_reason_code
            when {{ days_between('event_date', 'coalesce(closed_date, run_date)') }} > lookback_days
            then 'outside_lookback'
            when recorded_at > {{ add_minutes(
                'identified_touches.event_at', '1440 * max_backdating_days'
            ) }}
            then 'recorded_too_late'
            when identified_touches.source_table = 'collaboration.insight'
                and deal_workers.employee_key is null
            then 'acted_on_by_outsider'
            -- after what nobody would be credited for: what is left here is held for somebody
            when identified_touches.employee_key is null and not is_empty_seat
            then 'unresolved_identity'
            -- nobody earns by helping themselves; a campaign's owner who also wrote it earns once
            when identified_touches.employee_key = counterparty_employee_key then 'self_dealing'
            when not was_employed and not is_empty_seat then 'not_employed'
        end as exclusion_reason_code
    from identified_touches
    left join repeated_touches
        on identified_touches.opportunity_key = repeated_touches.opportunity_key
        and identified_touches.source_table = repeated_touches.source_table
        and identified_touches.contribution_type = repeated_touches.contribution_type
        and coalesce(identified_touches.identity_value, '') = repeated_touches.identity_value
        and identified_touches.event_at = repeated_touches.event_at
        and coalesce(identified_touches.topic, '') = repeated_touches.topic
    left join deal_workers
        on identified_touches.opportunity_key = deal_workers.opportunity_key
        and identified_touches.counterparty_employee_key = deal_workers.employee_key
        and deal_workers.since_at <= coalesce(
            identified_touches.fulfilled_at, identified_touches.event_at
        )
),

-- of what counts otherwise, the earliest of a day count, up to policy's limit for the type
ranked_touches as (
    select
        contribution_event_key,
        max_per_day,
        row_number() over (
            partition by opportunity_key, employee_key, contribution_type, event_date
            order by event_at asc nulls last, contribution_event_key asc nulls last
        ) as day_rank
    from judged_touches
    where exclusion_reason_code is null and max_per_day is not null
),

touches_over_cap as (
    select contribution_event_key
    from ranked_touches
    where day_rank > max_per_day
),

explained_touches as (
    select
        judged_touches.*,
        case
            when touches_over_cap.contribution_event_key is not null then 'over_daily_cap'
            else judged_touches.exclusion_reason_code
        end as final_reason_code
    from judged_touches
    left join touches_over_cap
        on judged_touches.contribution_event_key = touches_over_cap.contribution_event_key
)

select
    contribution_event_key,
    opportunity_key,
    employee_key,
    coalesce(function, 'unassigned') as function,
    contribution_type,
    event_at,
    event_date,
    recorded_at,
    known_at,
    weight,
    final_reason_code is null as is_counted,
    final_reason_code as exclusion_reason_code,
    is_direct,
    source_table || '/' || record_id as evidence_ref
from explained_touches
