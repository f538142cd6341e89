{#- Fails if two rows share a grain: a join fanned out, and every sum after it counts twice. -#}
{% test one_row_per(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
