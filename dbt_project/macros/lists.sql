{#-
    The distinct values of a group, sorted by code point and joined with '+'; null where there is
    none.
-#}
{% macro joined_set(value) -%}
    {{ return(adapter.dispatch('joined_set')(value)) }}
{%- endmacro %}

{% macro default__joined_set(value) -%}
    array_to_string(
        list_sort(list(distinct {{ value }}) filter (where {{ value }} is not null)), '+'
    )
{%- endmacro %}

{% macro spark__joined_set(value) -%}
    case
        when count({{ value }}) > 0 then array_join(array_sort(collect_set({{ value }})), '+')
    end
{%- endmacro %}
