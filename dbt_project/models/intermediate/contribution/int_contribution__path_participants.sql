-- One row per won opportunity, participant and function with a touch on its path.
with won_touches as (
    select * from {{ ref('int_contribution__won_touches') }}
),

path_milestones as (
    select * from {{ ref('int_contribution__path_milestones') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

model_settings as (
    select * from {{ ref('int_contribution__model_settings') }}
),

{% set position_models = ['u_shaped', 'w_shaped', 'full_path'] -%}
won_paths as (
    select
        path_milestones.*,
        model_settings.*
    from opportunities
    inner join path_milestones
        on opportunities.opportunity_key = path_milestones.opportunity_key
    inner join model_settings
        on {{ in_force('opportunities.won_date', 'model_settings') }}
    where opportunities.is_won and not opportunities.is_held
),

-- A touch that is several milestones has the weight of all; one that is none shares the rest.
placed_touches as (
    select
        won_touches.opportunity_number,
        won_touches.opportunity_key,
        won_touches.employee_key,
        won_touches.function,
        won_touches.event_at,
        won_touches.weight_units,
        won_paths.half_life_days,
        {{ days_between('won_touches.event_date', 'won_paths.last_touch_date') }}
            as days_before_last,
        case when won_touches.touch_number = 1 then 1 else 0 end as first_touch_units,
        case when won_touches.touch_number = won_paths.path_length then 1 else 0 end
            as last_touch_units,
        {%- for model in position_models %}
        case
            when won_touches.touch_number = 1 then won_paths.{{ model }}_first_units else 0
        end
        + case
            when won_touches.touch_number = won_paths.lead_touch_number
            then won_paths.{{ model }}_lead_units else 0
        end
        + case
            when won_touches.touch_number = won_paths.opportunity_touch_number
            then won_paths.{{ model }}_opportunity_units else 0
        end
        + case
            when won_touches.touch_number = won_paths.path_length
            then won_paths.{{ model }}_last_units else 0
        end as {{ model }}_milestone_units,
        won_paths.{{ model }}_other_units{{ ',' if not loop.last }}
        {%- endfor %}
    from won_touches
    inner join won_paths
        on won_touches.opportunity_number = won_paths.opportunity_number
),

-- a power is dear, and touches many days before the last are as old as many others
decays as (
    select
        days_before_last,
        half_life_days,
        {{ half_life_units('days_before_last', 'half_life_days') }} as decay_units
    from (select distinct days_before_last, half_life_days from placed_touches) as ages
),

participants as (
    select
        placed_touches.opportunity_number,
        max(placed_touches.opportunity_key) as opportunity_key,
        placed_touches.employee_key,
        placed_touches.function,
        cast(count(*) as bigint) as touch_count,
        min(placed_touches.event_at) as first_touch_at,
        max(placed_touches.event_at) as last_touch_at,
        cast(sum(placed_touches.first_touch_units) as bigint) as first_touch_units,
        cast(sum(placed_touches.last_touch_units) as bigint) as last_touch_units,
        cast(sum(placed_touches.weight_units) as bigint) as linear_units,
        cast(sum(placed_touches.weight_units * decays.decay_units) as bigint) as time_decay_units,
        {%- for model in position_models %}
        cast(sum({{ model }}_milestone_units) as bigint) as {{ model }}_milestone_units,
        cast(sum(case when {{ model }}_milestone_units = 0 then weight_units else 0 end) as bigint)
            as {{ model }}_other_weight_units,
        max({{ model }}_other_units) as {{ model }}_other_units{{ ',' if not loop.last }}
        {%- endfor %}
    from placed_touches
    left join decays
        on placed_touches.days_before_last = decays.days_before_last
        and placed_touches.half_life_days = decays.half_life_days
    group by
        placed_touches.opportunity_number,
        placed_touches.employee_key,
        placed_touches.function
),

summed_participants as (
    select
        *,
        {%- for model in position_models %}
        sum({{ model }}_milestone_units) over deals as {{ model }}_milestone_sum,
        sum({{ model }}_other_weight_units) over deals as {{ model }}_other_weight_sum
        {{- ',' if not loop.last }}
        {%- endfor %}
    from participants
    window deals as (partition by opportunity_number)
)

-- Weights are relative within a deal, so a milestone that it lacks leaves its weight to the others
-- in proportion; so does the rest where every touch is a milestone. Null where a model has nothing
-- to weigh with.
select
    opportunity_key,
    employee_key,
    function,
    first_touch_at,
    last_touch_at,
    touch_count,
    first_touch_units,
    last_touch_units,
    linear_units,
    {%- for model in position_models %}
    case
        when {{ model }}_milestone_sum + {{ model }}_other_units * {{ model }}_other_weight_sum > 0
        then cast(
            {{ model }}_milestone_units * greatest({{ model }}_other_weight_sum, 1)
            + {{ model }}_other_units * {{ model }}_other_weight_units as bigint
        )
    end as {{ model }}_units,
    {%- endfor %}
    time_decay_units
from summed_participants
