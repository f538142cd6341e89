-- One row per interaction: one colleague gave, another took.
with records as (
    select * from {{ ref('int_collaboration__records') }}
),

contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

owner_spells as (
    select * from {{ ref('int_funnel__owner_spells') }}
),

identities as (
    select * from {{ ref('int_identity__employee_identities') }}
),

spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

interaction_kinds as (
    select * from {{ ref('stg_policy__interaction_kinds') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

identified_records as (
    select
        records.evidence_ref,
        records.kind,
        records.topic,
        opportunities.opportunity_key,
        givers.employee_key as giver_employee_key,
        takers.employee_key as taker_employee_key,
        records.event_at,
        records.event_date,
        records.known_at
    from records
    inner join identities as givers
        on givers.system = 'collaboration'
        and records.giver_email = givers.identity_value
        and {{ in_force('records.event_date', 'givers') }}
    inner join identities as takers
        on takers.system = 'collaboration'
        and records.taker_email = takers.identity_value
        and {{ in_force('records.event_date', 'takers') }}
    left join opportunities
        on records.opportunity_id_crm = opportunities.opportunity_id_crm
),

-- Work that others recorded on a deal, or a role that they took in its team, is help for who owned
-- it then. Answers and introductions are in already, in their own right; meetings beyond policy's
-- limit are not counted (C12).
deal_help as (
    select
        contribution_events.evidence_ref,
        'deal_help' as kind,
        contribution_events.contribution_type as topic,
        contribution_events.opportunity_key,
        contribution_events.employee_key as giver_employee_key,
        owners.employee_key as taker_employee_key,
        contribution_events.event_at,
        contribution_events.event_date,
        contribution_events.known_at
    from contribution_events
    inner join opportunities
        on contribution_events.opportunity_key = opportunities.opportunity_key
    inner join owner_spells
        on opportunities.opportunity_id_crm = owner_spells.opportunity_id_crm
        and owner_spells.owned_from_at <= contribution_events.event_at
        and contribution_events.event_at < owner_spells.owned_to_at
    inner join identities as owners
        on owners.system = 'crm'
        and owner_spells.owner_user_id_crm = owners.identity_value
        and {{ in_force('contribution_events.event_date', 'owners') }}
    where contribution_events.is_counted
        and contribution_events.is_direct
        and contribution_events.evidence_ref like 'crm.%'
        and contribution_events.employee_key is not null
),

-- nobody helps themselves (P01), and nothing has happened yet that is planned
interactions as (
    select
        {{ surrogate_key(['helps.evidence_ref', 'helps.opportunity_key']) }} as interaction_key,
        helps.*,
        {{ month_start('helps.event_date') }} as event_month
    from (
        select * from identified_records
        union all
        select * from deal_help
    ) as helps
    cross join nights
    where helps.giver_employee_key <> helps.taker_employee_key
        and helps.event_date <= nights.run_date
),

judged_interactions as (
    select
        interactions.*,
        coalesce(interaction_kinds.is_meaningful, false) as is_meaningful,
        coalesce(interaction_kinds.is_expertise_shown, false) as is_expertise_shown,
        interaction_kinds.max_per_pair_month,
        case
            when interaction_kinds.kind is null then 'kind_not_in_policy'
            when givers.employee_key is null or takers.employee_key is null then 'not_employed'
        end as exclusion_reason_code
    from interactions
    left join interaction_kinds
        on interactions.kind = interaction_kinds.kind
        and {{ in_force('interactions.event_date', 'interaction_kinds') }}
    left join spells as givers
        on interactions.giver_employee_key = givers.employee_key
        and {{ in_force('interactions.event_date', 'givers') }}
    left join spells as takers
        on interactions.taker_employee_key = takers.employee_key
        and {{ in_force('interactions.event_date', 'takers') }}
),

-- two who thank each other all day long count up to policy's limit for the pair, kind and month,
-- whoever gave (P01)
ranked_interactions as (
    select
        *,
        row_number() over (
            partition by
                least(giver_employee_key, taker_employee_key),
                greatest(giver_employee_key, taker_employee_key),
                kind,
                event_month,
                exclusion_reason_code
            order by event_at asc nulls last, interaction_key asc nulls last
        ) as pair_rank
    from judged_interactions
),

explained_interactions as (
    select
        *,
        coalesce(
            exclusion_reason_code,
            case when pair_rank > max_per_pair_month then 'over_pair_cap' end
        ) as final_reason_code
    from ranked_interactions
)

select
    interaction_key,
    giver_employee_key,
    taker_employee_key,
    opportunity_key,
    kind,
    topic,
    event_at,
    event_date,
    event_month,
    known_at,
    final_reason_code is null as is_counted,
    final_reason_code as exclusion_reason_code,
    final_reason_code is null and is_meaningful as is_meaningful,
    final_reason_code is null and is_expertise_shown as is_expertise_shown,
    evidence_ref
from explained_interactions
