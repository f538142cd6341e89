{#- 10 to the power of a currency's minor digits; null for digits that no currency has. -#}
{% macro power_of_ten(digits) -%}
    cast(
        case {{ digits }}
            when 0 then 1 when 1 then 10 when 2 then 100 when 3 then 1000 when 4 then 10000
        end as decimal(5, 0)
    )
{%- endmacro %}

{#-
    Major units (decimal(24,6)) to BIGINT minor units: one exact multiplication, rounded once, half
    away from zero. JPY has 0 minor digits, EUR 2, KWD 3. Null amount or unknown digits: null.
-#}
{% macro to_minor(amount, minor_digits) -%}
    cast(
        round(cast({{ amount }} as decimal(24, 6)) * {{ power_of_ten(minor_digits) }}, 0) as bigint
    )
{%- endmacro %}

{#-
    Minor units of one currency to minor units of another, rounded once, half away from zero.
    Amounts up to 10^15 minor units; beyond that the statement fails instead of losing digits. The
    rate is one digit wider than it comes: DuckDB multiplies decimals of up to 18 digits in 64 bits,
    which a rate of 100 from a currency without minor digits to one with three would overflow.
-#}
{% macro convert_minor(amount_minor, from_minor_digits, fx_rate, to_minor_digits) -%}
    cast(round(
        cast({{ amount_minor }} as decimal(15, 0))
        * cast(
            cast({{ fx_rate }} as decimal(19, 9))
            * cast(
                case {{ to_minor_digits }} - {{ from_minor_digits }}
                    when 0 then 1 when 1 then 10 when 2 then 100 when 3 then 1000 when 4 then 10000
                    when -1 then 0.1 when -2 then 0.01 when -3 then 0.001 when -4 then 0.0001
                end as decimal(9, 4)
            ) as decimal(22, 13)
        ), 0
    ) as bigint)
{%- endmacro %}

{#- An integer wide enough for money times weight. -#}
{% macro wide_integer(value) -%}
    {{ return(adapter.dispatch('wide_integer')(value)) }}
{%- endmacro %}

{% macro default__wide_integer(value) -%}
    cast({{ value }} as hugeint)
{%- endmacro %}

{% macro spark__wide_integer(value) -%}
    cast({{ value }} as decimal(38, 0))
{%- endmacro %}

{#- Whole quotient of two integers, towards zero; null when the divisor is zero. -#}
{% macro integer_divide(dividend, divisor) -%}
    {{ return(adapter.dispatch('integer_divide')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__integer_divide(dividend, divisor) -%}
    divide({{ dividend }}, nullif({{ divisor }}, 0))
{%- endmacro %}

{% macro spark__integer_divide(dividend, divisor) -%}
    (({{ dividend }}) div nullif({{ divisor }}, 0))
{%- endmacro %}

{#-
    Splits whole amounts into parts that add up to the whole, in integers only (C02).

    relation: a CTE with one row per part. It must hold, constant within a group, each whole amount
        (BIGINT minor units, any sign) and, per part, the weight (BIGINT, zero or more).
    amounts: {name of the part's column: name of the whole's column}.
    weight: the weight's column.  group_by: what makes one whole.
    tie_break: columns that order parts with equal remainders; with group_by they must be unique.

    Each part gets the floor of amount x weight / total weight; the units left over go one each to
    the largest remainders, then by tie_break ascending. A negative amount is the mirror of the
    positive one. A group whose weights add up to zero gets nulls: nobody is guessed.
    Gives every column of the relation and the parts; use it as the body of a CTE.

    A division of whole numbers this wide costs fourteen times the rest of a part, so the floor is
    guessed in doubles and put right in whole numbers by what remains: up to 10^14 minor units five
    roundings of a double are off by less than one tenth of a unit, so the guess by one unit at
    most. Above that the division is done.
-#}
{% macro allocate_largest_remainder(relation, amounts, weight, group_by, tie_break) -%}
    {%- set group = group_by | join(', ') -%}
    {%- set most_estimated = 100000000000000 -%}
    select
        ranked_parts.*
        {%- for part, whole in amounts.items() %},
        cast(
            case when {{ whole }} < 0 then -1 else 1 end
            * (
                {{ part }}_floor
                + case
                    when {{ part }}_rank <= abs({{ whole }}) - {{ part }}_floors then 1 else 0
                end
            ) as bigint
        ) as {{ part }}
        {%- endfor %}
    from (
        select
            floored_parts.*
            {%- for part, whole in amounts.items() %},
            cast(
                sum({{ part }}_floor) over (partition by {{ group }}) as bigint
            ) as {{ part }}_floors,
            row_number() over (
                partition by {{ group }}
                order by {{ part }}_remainder desc nulls last
                {%- for column in tie_break %}, {{ column }} asc nulls last{% endfor %}
            ) as {{ part }}_rank
            {%- endfor %}
        from (
            select
                estimated_parts.*
                {%- for part in amounts %}
                {%- set gap = part ~ '_gap' %},
                {{ part }}_estimate
                + case when {{ gap }} < 0 then -1 when {{ gap }} >= total_weight then 1 else 0 end
                    as {{ part }}_floor,
                {{ gap }}
                + case when {{ gap }} < 0 then 1 when {{ gap }} >= total_weight then -1 else 0 end
                * total_weight as {{ part }}_remainder
                {%- endfor %}
            from (
                select
                    divided_parts.*
                    {%- for part, whole in amounts.items() %},
                    {{ wide_integer('abs(' ~ whole ~ ')') }} * {{ wide_integer(weight) }}
                    - {{ wide_integer(part ~ '_estimate') }} * total_weight as {{ part }}_gap
                    {%- endfor %}
                from (
                    select
                        weighed_parts.*
                        {%- for part, whole in amounts.items() %}
                        {%- set whole_units = wide_integer('abs(' ~ whole ~ ')') %}
                        {%- set product = whole_units ~ ' * ' ~ wide_integer(weight) %},
                        case
                            when abs({{ whole }}) <= {{ most_estimated }}
                            then cast(
                                floor(
                                    cast(abs({{ whole }}) as double)
                                    * cast({{ weight }} as double)
                                    * (1 / nullif(cast(total_weight as double), 0))
                                ) as bigint
                            )
                            else cast({{ integer_divide(product, 'total_weight') }} as bigint)
                        end as {{ part }}_estimate
                        {%- endfor %}
                    from (
                        select
                            parts.*,
                            {{ wide_integer(
                                'sum(' ~ weight ~ ') over (partition by ' ~ group ~ ')'
                            ) }} as total_weight
                        from {{ relation }} as parts
                    ) as weighed_parts
                ) as divided_parts
            ) as estimated_parts
        ) as floored_parts
    ) as ranked_parts
{%- endmacro %}

{#- Parts of one million millions as a share: shares from the same split add up to exactly 1. -#}
{% macro share_whole() -%}
    cast(1000000000000 as bigint)
{%- endmacro %}

{% macro share_from_units(units) -%}
    cast(
        cast({{ units }} as decimal(18, 0)) * cast(0.000000000001 as decimal(13, 12))
        as decimal(18, 12)
    )
{%- endmacro %}
