{#- Fails if two rows share a grain: a join fanned out, and every sum after it counts twice. -#}
{% test one_row_per(model, columns) %}
    {{ repeated_rows(model, columns) }}
{% endtest %}
