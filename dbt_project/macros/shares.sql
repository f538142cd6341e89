{#-
    A ratio of two whole numbers as decimal(18, 6), rounded once, half away from zero; null when the
    divisor is zero. For display and statistics: money is never divided by it.
-#}
{% macro ratio(dividend, divisor) -%}
    cast(
        cast({{ divide_rounded('(' ~ dividend ~ ') * 1000000', divisor) }} as decimal(18, 0))
        * cast(0.000001 as decimal(7, 6)) as decimal(18, 6)
    )
{%- endmacro %}

{#- A count by available days as decimal(18, 6): null without days, zero without a count. -#}
{% macro per_day(measured_count, available_days) -%}
    {{ ratio(
        'coalesce(' ~ measured_count ~ ', 0) * 1000000',
        'cast(round(' ~ available_days ~ ' * 1000000, 0) as bigint)',
    ) }}
{%- endmacro %}

{#- Whole millionths as a rate: the way back from rate_units. -#}
{% macro rate_from_units(units) -%}
    cast(
        cast({{ units }} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(9, 6)
    )
{%- endmacro %}
