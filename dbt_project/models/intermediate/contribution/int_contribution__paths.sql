-- One row per closed opportunity and touch: a counted contribution event of some weight.
with contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

-- the path of a deal in an order that no input order changes (T06); sorted here and nowhere else
numbered_touches as (
    select
        contribution_events.opportunity_key,
        contribution_events.contribution_event_key,
        contribution_events.employee_key,
        contribution_events.function,
        contribution_events.event_at,
        contribution_events.event_date,
        {{ rate_units('contribution_events.weight') }} as weight_units,
        row_number() over (
            partition by contribution_events.opportunity_key
            order by
                contribution_events.event_at asc nulls last,
                contribution_events.contribution_event_key asc nulls last
        ) as touch_number
    from contribution_events
    inner join opportunities
        on contribution_events.opportunity_key = opportunities.opportunity_key
    where contribution_events.is_counted
        and contribution_events.weight > 0
        and opportunities.is_closed
)

select
    opportunity_key,
    contribution_event_key,
    employee_key,
    function,
    event_at,
    event_date,
    weight_units,
    touch_number
from numbered_touches
