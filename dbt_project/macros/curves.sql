{#-
    Attainment in whole millionths, cut and not rounded: what lacks one minor unit of an edge is
    below it (T01). Null where the divisor is not above zero (T04), and never above the largest
    decimal(9, 6).
-#}
{% macro attainment_units(dividend, divisor) -%}
    cast(
        case when {{ divisor }} > 0 then
            least(
                {{ integer_divide(
                    wide_integer('greatest(' ~ dividend ~ ', 0)') ~ ' * 1000000', divisor
                ) }},
                999999999
            )
        end as bigint
    )
{%- endmacro %}

{#-
    The payout rate of a curve at an attainment, in whole millionths, rounded once.
    curve: alias of the row of int_bonus__payout_curves that holds the attainment; with none of it,
    below the first point, nothing is paid.
-#}
{% macro curve_rate_units(curve, attainment) -%}
    cast(
        case
            when {{ curve }}.from_units is null then 0
            when {{ curve }}.to_units is null or {{ curve }}.interpolation = 'step'
            then {{ curve }}.from_rate_units
            else {{ curve }}.from_rate_units + {{ divide_rounded(
                '(' ~ curve ~ '.to_rate_units - ' ~ curve ~ '.from_rate_units) * ('
                    ~ attainment ~ ' - ' ~ curve ~ '.from_units)',
                curve ~ '.to_units - ' ~ curve ~ '.from_units'
            ) }}
        end as bigint
    )
{%- endmacro %}
