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
