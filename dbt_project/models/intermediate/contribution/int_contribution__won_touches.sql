-- One row per won opportunity and touch on its path.
with contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
    where is_counted and weight > 0
),

won_deals as (
    select * from {{ ref('int_contribution__closed_deals') }}
    where is_won
),

touches as (
    select
        won_deals.opportunity_number,
        contribution_events.contribution_event_key,
        contribution_events.opportunity_key,
        contribution_events.employee_key,
        contribution_events.function,
        contribution_events.event_at,
        contribution_events.event_date,
        {{ rate_units('contribution_events.weight') }} as weight_units
    from contribution_events
    inner join won_deals
        on contribution_events.opportunity_key = won_deals.opportunity_key
)

select
    opportunity_number,
    opportunity_key,
    employee_key,
    function,
    event_at,
    event_date,
    weight_units,
    row_number() over ({{ touches_in_order('opportunity_number') }}) as touch_number
from touches
