{#-
    The rows that are true now: one per key.
    incremental tables: the greatest (version, landing sequence) wins (F07).
    events (no version): the first landing wins, so that known_at stays when it was first seen
    (C04).
    tie_break: the columns that are read; they decide when one landing brought two different rows
    of one version.
    has_known_at: adds known_at, when a landing first brought the key, whatever came later.
    Gives every column of the relation and version_rank, which is 1 throughout.
-#}
{% macro current_rows(relation, key, version=none, tie_break=[], has_known_at=false) -%}
    {%- set newest_first -%}
                partition by {{ key | join(', ') }}
                order by
                {%- if version %}
                    {{ version }} desc nulls last,
                    _landed_run_date desc nulls last,
                    _landing_sequence desc nulls last
                {%- else %}
                    _landed_run_date asc nulls last,
                    _landing_sequence asc nulls last
                {%- endif %}
                {%- for expression in tie_break %},
                    {{ expression }} desc nulls last
                {%- endfor %}
    {%- endset -%}
    select *
    from (
        select
            versions.*,
            {%- if has_known_at %}
            -- over the same order, so that the engine sorts once
            cast(
                min(_landed_run_date) over (
                {{ newest_first }}
                    rows between unbounded preceding and unbounded following
                ) as timestamp
            ) as known_at,
            {%- endif %}
            row_number() over (
                {{ newest_first }}
            ) as version_rank
        from {{ relation }} as versions
    ) as ranked_versions
    where version_rank = 1
{%- endmacro %}

{#- 1 for the record that counts among those with one natural key, 2 and more for repeats (C04). -#}
{% macro repeat_rank(natural_key, order_by) -%}
    row_number() over (
        partition by {{ natural_key | join(', ') }}
        order by
        {%- for expression in order_by %}
            {{ expression }} asc nulls last{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
