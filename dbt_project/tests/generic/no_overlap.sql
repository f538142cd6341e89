{#- Fails if two validities of one key overlap: a join on a date would find both (E02, E08). -#}
{% test no_overlap(model, key, from_column='valid_from_date', to_column='valid_to_date') %}
    {{ overlaps(model, key, from_column, to_column) }}
{% endtest %}
