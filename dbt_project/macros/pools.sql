{#- Plan components and periods behind a closed pay gate: nothing new is paid by them (G01). -#}
{% macro closed_gates(gate_results) -%}
    select distinct plan_component_key, period_key
    from {{ gate_results }}
    where not is_open
{%- endmacro %}

{#-
    The part of a pool that a deal belongs to: the whole of it (an empty name), its type of
    opportunity, or the deal itself.
-#}
{% macro pool_part(pool, opportunity) -%}
    case {{ pool }}.pool_scope
        when 'segment' then coalesce({{ opportunity }}.opportunity_type, 'unknown')
        when 'deal' then {{ opportunity }}.opportunity_key
        else ''
    end
{%- endmacro %}

{#-
    Water-filling: what is above somebody's cap goes to the others by weight, up to their own.
    relation: a CTE with one row per participant, and in it cap_policy, funded_minor, weight and
        cap_minor (null: none). Only rows whose cap_policy is redistribute are filled.

    In the order of cap by weight who is capped comes first: somebody is as long as their part of
    what is left, by weight among all from them on, reaches their cap. So one pass decides, and what
    the capped leave is split among the rest by largest remainder, which never reaches a cap.
    Gives the CTEs up to filled_parts: the group, the participant, filled_minor.
-#}
{% macro fill_to_caps(relation, group_by, participant) -%}
{%- set group = group_by | join(', ') -%}
{%- set by_cap -%}
    over (
            partition by {{ group }}
            order by cap_by_weight asc nulls last, {{ participant }} asc nulls last
{%- endset -%}
capped_parts as (
    select
        {{ group }},
        {{ participant }},
        funded_minor,
        weight,
        cap_minor,
        case
            when weight > 0 then {{ integer_divide(
                wide_integer('cap_minor') ~ ' * 1000000000000', wide_integer('weight')
            ) }}
        end as cap_by_weight
    from {{ relation }}
    where cap_policy = 'redistribute'
),

weighed_caps as (
    select
        *,
        {{ wide_integer('sum(weight) ' ~ by_cap
            ~ ' rows between current row and unbounded following)') }} as weight_left,
        {{ wide_integer('coalesce(sum(cap_minor) ' ~ by_cap
            ~ ' rows between unbounded preceding and 1 preceding), 0)') }} as caps_before
    from capped_parts
),

reached_caps as (
    select
        *,
        case
            when weight > 0
                and (funded_minor - caps_before) * {{ wide_integer('weight') }}
                    >= {{ wide_integer('cap_minor') }} * weight_left
            then 1
            else 0
        end as is_reached
    from weighed_caps
),

-- the first whose cap is not reached ends the row of those whose is
left_parts as (
    select
        {{ group }},
        {{ participant }},
        weight,
        cap_minor,
        is_capped,
        cast(
            funded_minor
            - sum(case when is_capped = 1 then cap_minor else 0 end) over (
                partition by {{ group }}
            ) as bigint
        ) as left_minor,
        case when is_capped = 1 then 0 else weight end as open_weight
    from (
        select
            *,
            min(is_reached) {{ by_cap }}
            rows between unbounded preceding and current row) as is_capped
        from reached_caps
    ) as decided_caps
),

shared_rest as (
    {{ allocate_largest_remainder(
        'left_parts', {'rest_minor': 'left_minor'}, 'open_weight', group_by, [participant]
    ) }}
),

filled_parts as (
    select
        {{ group }},
        {{ participant }},
        case when is_capped = 1 then cap_minor else coalesce(rest_minor, 0) end as filled_minor
    from shared_rest
)
{%- endmacro %}
