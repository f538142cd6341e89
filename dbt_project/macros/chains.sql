{#- A function further back in the state of a chain, where the chain is of that order or higher. -#}
{% macro remembered(function, from_order) -%}
    case
        when chain_order >= {{ from_order }} then coalesce({{ function }} || '>', '') else ''
    end
{%- endmacro %}
