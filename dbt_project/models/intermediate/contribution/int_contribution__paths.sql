-- One row per closed opportunity and touch: a counted contribution event of some weight.
with contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
    where is_counted and weight > 0
),

closed_deals as (
    select * from {{ ref('int_contribution__closed_deals') }}
),

path_functions as (
    select * from {{ ref('int_contribution__path_functions') }}
),

-- Narrow, because most deals are lost and of those nobody asks who or when.
touches as (
    select
        closed_deals.opportunity_number,
        path_functions.path_function_number,
        contribution_events.event_at,
        contribution_events.contribution_event_key
    from contribution_events
    inner join closed_deals
        on contribution_events.opportunity_key = closed_deals.opportunity_key
    inner join path_functions
        on contribution_events.function = path_functions.function
),

{% set in_order = touches_in_order('opportunity_number') -%}
-- What a model wants to know of a touch's neighbours is told here, where touches are sorted; every
-- window names the same order, so that the engine sorts once.
numbered_touches as (
    select
        opportunity_number,
        path_function_number,
        row_number() over (
            {{ in_order }}
        ) as touch_number,
        lag(path_function_number, 1) over (
            {{ in_order }}
        ) as number_before,
        lag(path_function_number, 2) over (
            {{ in_order }}
        ) as number_two_before,
        lag(path_function_number, 3) over (
            {{ in_order }}
        ) as number_three_before
    from touches
)

select
    opportunity_number,
    path_function_number,
    touch_number,
    number_before,
    number_two_before,
    number_three_before
from numbered_touches
