{#-
    Whole quotient of two integers, rounded once, half away from zero; null when the divisor is
    zero. The divisor is never negative. Money is divided here and nowhere else.
-#}
{% macro divide_rounded(dividend, divisor) -%}
    {%- set doubled_dividend = '2 * ' ~ wide_integer('abs(' ~ dividend ~ ')') -%}
    {%- set doubled = doubled_dividend ~ ' + ' ~ wide_integer(divisor) -%}
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
    {%- set shared_from = 'greatest(' ~ from_dates | join(', ') ~ ')' -%}
    {%- set shared_to = 'least(' ~ to_dates | join(', ') ~ ')' -%}
    greatest({{ days_between(shared_from, shared_to) }}, 0)
{%- endmacro %}
