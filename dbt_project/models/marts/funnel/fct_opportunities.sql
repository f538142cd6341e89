-- One row per opportunity that is not deleted.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

stage_entries as (
    select * from {{ ref('int_funnel__stage_entries') }}
),

newest_stages as (
    select
        opportunity_key,
        max_by(coalesce(stage, 'unmapped'), entered_at) as stage
    from stage_entries
    where subject = 'opportunity'
    group by opportunity_key
)

select
    opportunities.opportunity_key,
    opportunities.opportunity_id_crm,
    opportunities.account_key,
    opportunities.owner_employee_key,
    opportunities.period_key,
    coalesce(newest_stages.stage, 'unmapped') as stage,
    opportunities.opportunity_type as type,
    opportunities.created_date,
    opportunities.closed_date,
    opportunities.won_date,
    opportunities.won_at,
    opportunities.amount_minor,
    opportunities.currency_code,
    opportunities.fx_rate,
    opportunities.plan_amount_minor,
    opportunities.plan_currency_code,
    opportunities.win_count,
    opportunities.is_closed,
    opportunities.is_won,
    opportunities.is_held,
    opportunities.held_reason_code,
    opportunities.known_at
from opportunities
left join newest_stages
    on opportunities.opportunity_key = newest_stages.opportunity_key
