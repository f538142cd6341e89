{#- Fails if two validities of one key overlap: a join on a date would find both (E02, E08). -#}
{% test no_overlap(model, key, from_column='valid_from_date', to_column='valid_to_date') %}
    select *
    from (
        select
            {{ key | join(', ') }},
            {{ from_column }},
            {{ to_column }},
            lead({{ from_column }}) over (
                partition by {{ key | join(', ') }} order by {{ from_column }} asc nulls last
            ) as next_from_date
        from {{ model }}
    ) as validities
    where next_from_date < {{ to_column }} or {{ to_column }} <= {{ from_column }}
{% endtest %}
