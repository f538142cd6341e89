-- One row per interaction: one colleague gave, another took.
with answers as (
    select * from {{ ref('stg_collaboration__answers') }}
),

introductions as (
    select * from {{ ref('stg_collaboration__introductions') }}
),

mentoring_sessions as (
    select * from {{ ref('stg_collaboration__mentoring_sessions') }}
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

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

recorded_interactions as (
    select
        'collaboration.answer/' || answer_id_collaboration as evidence_ref,
        'answer' as kind,
        topic,
        opportunity_id_crm,
        answerer_email as giver_email,
        asker_email as taker_email,
        created_at as event_at,
        known_at,
        {{ repeat_rank(
            ['question_id_collaboration', 'answerer_email', 'asker_email', 'created_at'],
            ['answer_id_collaboration'],
        ) }} as repeat_rank
    from answers
    union all
    select
        'collaboration.introduction/' || introduction_id_collaboration as evidence_ref,
        'introduction' as kind,
        null as topic,
        opportunity_id_crm,
        introducer_email as giver_email,
        introduced_to_email as taker_email,
        created_at as event_at,
        known_at,
        {{ repeat_rank(
            ['introducer_email', 'introduced_to_email', 'opportunity_id_crm', 'created_at'],
            ['introduction_id_collaboration'],
        ) }} as repeat_rank
    from introductions
    union all
    -- a session that the mentee did not confirm is a calendar entry
    select
        'collaboration.mentoring_session/' || mentoring_session_id_collaboration as evidence_ref,
        'mentoring' as kind,
        topic,
        null as opportunity_id_crm,
        mentor_email as giver_email,
        mentee_email as taker_email,
        held_at as event_at,
        known_at,
        {{ repeat_rank(
            ['mentor_email', 'mentee_email', 'held_at'],
            ['mentoring_session_id_collaboration'],
        ) }} as repeat_rank
    from mentoring_sessions
    where confirmed_at is not null
),

local_interactions as (
    select
        recorded_interactions.*,
        {{ local_date('recorded_interactions.event_at', 'company_zones.time_zone') }}
            as event_date
    from recorded_interactions
    cross join company_zones
    where recorded_interactions.repeat_rank = 1
),

identified_interactions as (
    select
        local_interactions.evidence_ref,
        local_interactions.kind,
        local_interactions.topic,
        opportunities.opportunity_key,
        givers.employee_key as giver_employee_key,
        takers.employee_key as taker_employee_key,
        local_interactions.event_at,
        local_interactions.event_date,
        local_interactions.known_at
    from local_interactions
    inner join identities as givers
        on givers.system = 'collaboration'
        and local_interactions.giver_email = givers.identity_value
        and {{ in_force('local_interactions.event_date', 'givers') }}
    inner join identities as takers
        on takers.system = 'collaboration'
        and local_interactions.taker_email = takers.identity_value
        and {{ in_force('local_interactions.event_date', 'takers') }}
    left join opportunities
        on local_interactions.opportunity_id_crm = opportunities.opportunity_id_crm
),

-- Work that others recorded on a deal is help for who owned it then. Answers and introductions
-- are in already, in their own right; meetings beyond policy's limit are not counted (C12).
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

interactions as (
    select * from identified_interactions
    union all
    select * from deal_help
)

-- nobody helps themselves (P01), and nothing has happened yet that is planned
select
    {{ surrogate_key(['interactions.evidence_ref', 'interactions.opportunity_key']) }}
        as interaction_key,
    interactions.giver_employee_key,
    interactions.taker_employee_key,
    interactions.opportunity_key,
    interactions.kind,
    interactions.topic,
    interactions.event_at,
    interactions.event_date,
    {{ month_start('interactions.event_date') }} as event_month,
    interactions.known_at,
    interactions.evidence_ref
from interactions
cross join nights
where interactions.giver_employee_key <> interactions.taker_employee_key
    and interactions.event_date <= nights.run_date
