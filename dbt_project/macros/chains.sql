{#- A function further back in the state of a chain, where the chain is of that order or higher. -#}
{% macro remembered(function, from_order) -%}
    case
        when chain_order >= {{ from_order }} then coalesce({{ function }} || '>', '') else ''
    end
{%- endmacro %}

{#-
    Each day on which a deal of `deals` closed, with the start of the first version that may know
    it, as the body of a CTE. Days meet versions here, so that deals meet them by equality: a join
    on a span of days compares every deal with every version.
-#}
{% macro days_before_versions(deals, versions) -%}
    select
        closed_days.closed_date,
        {{ versions }}.start_date
    from (select distinct closed_date from {{ deals }}) as closed_days
    inner join {{ versions }}
        on closed_days.closed_date < {{ versions }}.start_date
        and (
            {{ versions }}.previous_start_date is null
            or {{ versions }}.previous_start_date <= closed_days.closed_date
        )
{%- endmacro %}

{#-
    The path of a deal, as a window over touches: in an order that no input order changes (T06).
    deal: the column that tells deals apart.
-#}
{% macro touches_in_order(deal) -%}
    partition by {{ deal }}
    order by event_at asc nulls last, contribution_event_key asc nulls last
{%- endmacro %}
