-- One row per won opportunity with a path.
with won_touches as (
    select * from {{ ref('int_contribution__won_touches') }}
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

-- the days of a deal are looked up once a deal, not once a touch
dated_paths as (
    select
        paths.opportunity_number,
        opportunities.opportunity_key,
        opportunities.created_at,
        lead_creations.lead_created_at
    from (select distinct opportunity_number, opportunity_key from won_touches) as paths
    inner join opportunities
        on paths.opportunity_key = opportunities.opportunity_key
    left join lead_creations
        on paths.opportunity_key = lead_creations.opportunity_key
),

counted_touches as (
    select
        won_touches.opportunity_number,
        max(won_touches.touch_number) as path_length,
        max(won_touches.event_date) as last_touch_date,
        count(case when won_touches.event_at <= dated_paths.lead_created_at then 1 end)
            as touches_to_lead,
        count(case when won_touches.event_at <= dated_paths.created_at then 1 end)
            as touches_to_opportunity
    from won_touches
    inner join dated_paths
        on won_touches.opportunity_number = dated_paths.opportunity_number
    group by won_touches.opportunity_number
)

-- A milestone belongs to the last touch up to it, or to the first touch where all came later. A
-- deal without a lead has no such milestone.
select
    dated_paths.opportunity_number,
    dated_paths.opportunity_key,
    cast(counted_touches.path_length as bigint) as path_length,
    counted_touches.last_touch_date,
    case
        when dated_paths.lead_created_at is not null
        then cast(greatest(counted_touches.touches_to_lead, 1) as bigint)
    end as lead_touch_number,
    cast(greatest(counted_touches.touches_to_opportunity, 1) as bigint)
        as opportunity_touch_number
from counted_touches
inner join dated_paths
    on counted_touches.opportunity_number = dated_paths.opportunity_number
