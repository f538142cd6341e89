{#-
    Whole quotient of two integers, rounded once, half away from zero; null when the divisor is zero.
    The divisor is never negative. Money is divided here and nowhere else.
-#}
{% macro divide_rounded(dividend, divisor) -%}
    {%- set doubled = '2 * ' ~ wide_integer('abs(' ~ dividend ~ ')') ~ ' + ' ~ wide_integer(divisor) -%}
    cast(
        case when {{ dividend }} < 0 then -1 else 1 end
        * {{ integer_divide(doubled, '2 * ' ~ wide_integer(divisor)) }} as bigint
    )
{%- endmacro %}

{#- A rate of decimal(9,6) as whole millionths, to calculate in integers. -#}
{% macro rate_units(rate) -%}
    cast(round(cast({{ rate }} as decimal(9, 6)) * 1000000, 0) as bigint)
{%- endmacro %}

{#- Days that two half-open spans share, never below zero. -#}
{% macro shared_days(from_dates, to_dates) -%}
    greatest(
        {{ days_between('greatest(' ~ from_dates | join(', ') ~ ')', 'least(' ~ to_dates | join(', ') ~ ')') }}, 0
    )
{%- endmacro %}
