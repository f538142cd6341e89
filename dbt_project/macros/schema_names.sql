{#- A schema is called what dbt_project.yml calls it: readers, gates and releases say that name. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}
