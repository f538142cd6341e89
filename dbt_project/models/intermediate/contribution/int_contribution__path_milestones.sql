-- One row per won opportunity with a path.
with paths as (
    select * from {{ ref('int_contribution__paths') }}
    where is_won
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

stage_entries as (
    select * from {{ ref('int_funnel__stage_entries') }}
),

lead_creations as (
    select
        opportunity_key,
        min(entered_at) as lead_created_at
    from stage_entries
    where subject = 'lead' and opportunity_key is not null
    group by opportunity_key
),

counted_touches as (
    select
        paths.opportunity_key,
        max(paths.touch_number) as path_length,
        max(paths.event_date) as last_touch_date,
        count(case when paths.event_at <= lead_creations.lead_created_at then 1 end)
            as touches_to_lead,
        count(case when paths.event_at <= opportunities.created_at then 1 end)
            as touches_to_opportunity,
        max(lead_creations.lead_created_at) as lead_created_at
    from paths
    inner join opportunities
        on paths.opportunity_key = opportunities.opportunity_key
    left join lead_creations
        on paths.opportunity_key = lead_creations.opportunity_key
    group by paths.opportunity_key
)

-- A milestone belongs to the last touch up to it, or to the first touch where all came later. A
-- deal without a lead has no such milestone.
select
    opportunity_key,
    cast(path_length as bigint) as path_length,
    last_touch_date,
    case
        when lead_created_at is not null then cast(greatest(touches_to_lead, 1) as bigint)
    end as lead_touch_number,
    cast(greatest(touches_to_opportunity, 1) as bigint) as opportunity_touch_number
from counted_touches
