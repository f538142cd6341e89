-- One row per span of days in which no setting of a contribution model changes.
with attribution_settings as (
    select * from {{ ref('stg_policy__attribution_settings') }}
    where book = 'contribution' and is_enabled
),

boundaries as (
    select valid_from_date as boundary_date from attribution_settings
    union
    select valid_to_date as boundary_date from attribution_settings
),

spans as (
    select
        boundary_date as valid_from_date,
        lead(boundary_date) over (order by boundary_date asc nulls last) as valid_to_date
    from boundaries
),

rate_settings as (
    select
        attribution_model,
        {{ rate_units('coalesce(first_touch_rate, 0)') }} as first_units,
        {{ rate_units('coalesce(lead_created_rate, 0)') }} as lead_units,
        {{ rate_units('coalesce(opportunity_created_rate, 0)') }} as opportunity_units,
        {{ rate_units('coalesce(last_touch_rate, 0)') }} as last_units,
        {{ rate_units('coalesce(other_touch_rate, 0)') }} as other_units,
        half_life_days,
        valid_from_date,
        valid_to_date
    from attribution_settings
)

-- wide, so that a touch is weighed for every model in one pass
select
    spans.valid_from_date,
    spans.valid_to_date,
    {%- for model in ['u_shaped', 'w_shaped', 'full_path'] %}
    {%- for unit in ['first', 'lead', 'opportunity', 'last', 'other'] %}
    coalesce(
        max(case when attribution_model = '{{ model }}' then {{ unit }}_units end), 0
    ) as {{ model }}_{{ unit }}_units,
    {%- endfor %}
    {%- endfor %}
    max(case when attribution_model = 'time_decay' then half_life_days end) as half_life_days
from spans
left join rate_settings
    on {{ in_force('spans.valid_from_date', 'rate_settings') }}
where spans.valid_to_date is not null
group by spans.valid_from_date, spans.valid_to_date
