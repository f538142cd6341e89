-- One row per closed opportunity and touch: a counted contribution event of some weight.
with contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

{% set in_order -%}
    partition by contribution_events.opportunity_key
            order by
                contribution_events.event_at asc nulls last,
                contribution_events.contribution_event_key asc nulls last
{%- endset -%}
-- The path of a deal in an order that no input order changes (T06). Touches are sorted here and
-- nowhere else, so what a model wants to know of a touch's neighbours is told here; every window
-- names the same order, so that the engine sorts once.
numbered_touches as (
    select
        contribution_events.opportunity_key,
        contribution_events.employee_key,
        contribution_events.function,
        contribution_events.event_at,
        contribution_events.event_date,
        {{ rate_units('contribution_events.weight') }} as weight_units,
        row_number() over (
            {{ in_order }}
        ) as touch_number,
        count(*) over (
            {{ in_order }}
            rows between unbounded preceding and unbounded following
        ) as path_length,
        lag(contribution_events.function, 1) over (
            {{ in_order }}
        ) as function_before,
        lag(contribution_events.function, 2) over (
            {{ in_order }}
        ) as function_two_before,
        lag(contribution_events.function, 3) over (
            {{ in_order }}
        ) as function_three_before
    from contribution_events
    where contribution_events.is_counted
        and contribution_events.weight > 0
)

select
    numbered_touches.opportunity_key,
    numbered_touches.employee_key,
    numbered_touches.function,
    opportunities.closed_date,
    opportunities.opportunity_type,
    opportunities.is_won,
    numbered_touches.event_at,
    numbered_touches.event_date,
    numbered_touches.weight_units,
    numbered_touches.touch_number,
    numbered_touches.path_length,
    numbered_touches.function_before,
    numbered_touches.function_two_before,
    numbered_touches.function_three_before
from numbered_touches
inner join opportunities
    on numbered_touches.opportunity_key = opportunities.opportunity_key
where opportunities.is_closed
