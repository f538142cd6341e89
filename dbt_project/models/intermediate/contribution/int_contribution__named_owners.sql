-- One row per won opportunity.
-- Its owner on the date that the plans name (C06).
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
    where is_won and not is_held
),

owner_spells as (
    select * from {{ ref('int_funnel__owner_spells') }}
),

opportunity_changes as (
    select * from {{ ref('int_funnel__opportunity_changes') }}
),

-- all that pay by the book name the same date, or policy is refused: a deal has one owner's credit
plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
    where book in ('hard', 'hard_rollup')
),

named_dates as (
    select
        opportunities.opportunity_id_crm,
        min(plan_components.credit_date_rule) as credit_date_rule,
        min(plan_components.credit_stage_name) as credit_stage_name
    from opportunities
    inner join plan_components
        on {{ in_force('opportunities.won_date', 'plan_components') }}
    group by opportunities.opportunity_id_crm
),

-- the first time it entered the stage that the plans name
stage_entries as (
    select
        opportunities.opportunity_id_crm,
        min(opportunity_changes.changed_at) as entered_at
    from opportunities
    inner join named_dates
        on opportunities.opportunity_id_crm = named_dates.opportunity_id_crm
    inner join opportunity_changes
        on named_dates.opportunity_id_crm = opportunity_changes.opportunity_id_crm
        and named_dates.credit_stage_name = opportunity_changes.stage_name
        and opportunities.won_at >= opportunity_changes.changed_at
    group by opportunities.opportunity_id_crm
),

owned_dates as (
    select
        opportunities.opportunity_id_crm,
        opportunities.owner_user_id_crm,
        -- null at the win, and where the stage was skipped: then its owner at the win
        case named_dates.credit_date_rule
            when 'created_date' then opportunities.created_at
            when 'stage_entered' then stage_entries.entered_at
        end as owned_at
    from opportunities
    left join named_dates
        on opportunities.opportunity_id_crm = named_dates.opportunity_id_crm
    left join stage_entries
        on opportunities.opportunity_id_crm = stage_entries.opportunity_id_crm
)

select
    owned_dates.opportunity_id_crm,
    case
        when owned_dates.owned_at is null then owned_dates.owner_user_id_crm
        else owner_spells.owner_user_id_crm
    end as owner_user_id_crm
from owned_dates
left join owner_spells
    on owned_dates.opportunity_id_crm = owner_spells.opportunity_id_crm
    and owned_dates.owned_at >= owner_spells.owned_from_at
    and owned_dates.owned_at < owner_spells.owned_to_at
