{#-
    2 to the power of -(days / half_life_days) in whole millionths, the same on every engine: a
    power of doubles is not. The part of a half-life is read in 4096ths from three tables of
    constants, which is at most 0.02 per cent too high; no touch weighs less than after twenty
    half-lives. Null without a half-life.
-#}
{% macro half_life_units(days, half_life_days) -%}
    {%- set part = integer_divide(
        '(' ~ days ~ ' % nullif(' ~ half_life_days ~ ', 0)) * 4096', half_life_days
    ) -%}
    {%- set halvings = integer_divide(days, half_life_days) -%}
    cast(round(
        1000000 * cast(
            {{ _power_of_half(integer_divide(part, '256'), 16) }}
            * {{ _power_of_half(integer_divide(part, '16') ~ ' % 16', 256) }}
            * {{ _power_of_half('(' ~ part ~ ') % 16', 4096) }}
            * {{ _power_of_half('least(' ~ halvings ~ ', 20)', 1, 20) }} as decimal(28, 24)
        ), 0
    ) as bigint)
{%- endmacro %}

{#- Half to the power of step / parts as decimal(7,6), step from 0 to last. -#}
{% macro _power_of_half(step, parts, last=15) -%}
    cast(case {{ step }}
        {%- for power in range(last + 1) %}
        when {{ power }} then {{ '%.6f' % (0.5 ** (power / parts)) }}
        {%- endfor %}
    end as decimal(7, 6))
{%- endmacro %}
