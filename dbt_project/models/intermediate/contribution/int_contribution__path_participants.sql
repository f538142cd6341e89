-- One row per won opportunity, participant and function with a touch on its path.
with paths as (
    select * from {{ ref('int_contribution__paths') }}
    where is_won
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
        paths.*,
        {{ half_life_units(
            days_between('paths.event_date', 'won_paths.last_touch_date'),
            'won_paths.half_life_days',
        ) }} as decay_units,
        {%- for model in position_models %}
        case
            when paths.touch_number = 1 then won_paths.{{ model }}_first_units else 0
        end
        + case
            when paths.touch_number = won_paths.lead_touch_number
            then won_paths.{{ model }}_lead_units else 0
        end
        + case
            when paths.touch_number = won_paths.opportunity_touch_number
            then won_paths.{{ model }}_opportunity_units else 0
        end
        + case
            when paths.touch_number = won_paths.path_length
            then won_paths.{{ model }}_last_units else 0
        end as {{ model }}_milestone_units,
        won_paths.{{ model }}_other_units{{ ',' if not loop.last }}
        {%- endfor %}
    from paths
    inner join won_paths
        on paths.opportunity_key = won_paths.opportunity_key
),

participants as (
    select
        opportunity_key,
        employee_key,
        function,
        cast(count(*) as bigint) as touch_count,
        min(event_at) as first_touch_at,
        max(event_at) as last_touch_at,
        cast(count(case when touch_number = 1 then 1 end) as bigint) as first_touch_units,
        cast(count(case when touch_number = path_length then 1 end) as bigint)
            as last_touch_units,
        cast(sum(weight_units) as bigint) as linear_units,
        cast(sum(weight_units * decay_units) as bigint) as time_decay_units,
        {%- for model in position_models %}
        cast(sum({{ model }}_milestone_units) as bigint) as {{ model }}_milestone_units,
        cast(sum(case when {{ model }}_milestone_units = 0 then weight_units else 0 end) as bigint)
            as {{ model }}_other_weight_units,
        max({{ model }}_other_units) as {{ model }}_other_units{{ ',' if not loop.last }}
        {%- endfor %}
    from placed_touches
    group by opportunity_key, employee_key, function
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
    window deals as (partition by opportunity_key)
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
