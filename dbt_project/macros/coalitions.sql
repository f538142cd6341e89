{#-
    Coalitions of functions as whole numbers: function n (from 0) is the bit 2 to the power of n.
    Sixteen at most: 2 to the power of 16 coalitions are 65,536 rows, and 16! times a rate in
    millionths fits a wide integer with room to spare.
-#}
{% macro most_functions() -%}
    16
{%- endmacro %}

{#- Whether a coalition holds a function. Both are whole numbers; bit is a power of two. -#}
{% macro has_bit(coalition, bit) -%}
    (({{ coalition }}) & ({{ bit }})) <> 0
{%- endmacro %}

{#- One row for each function number with its bit, as the body of a CTE. -#}
{% macro function_bits() -%}
    {%- for number in range(most_functions() | int) %}
    select cast({{ number }} as bigint) as function_number,
        cast({{ 2 ** number }} as bigint) as function_bit
    {%- if not loop.last %} union all{% endif %}
    {%- endfor %}
{%- endmacro %}

{#-
    How often the orders of n members put a subset of s of them first: s! (n - s)! orders in all.
    with_units: (s - 1)! (n - s)!, orders in which a given member comes last of the subset;
    without_units: s! (n - s - 1)!, orders in which a given other member comes next, 0 for s = n.
    A Shapley value times n! is the sum over all subsets S of value(S) times with_units where the
    member is in S, less without_units where it is not.
-#}
{% macro order_counts() -%}
    {%- set factorials = [1] -%}
    {%- for number in range(1, (most_functions() | int) + 1) -%}
        {%- do factorials.append(factorials[-1] * number) -%}
    {%- endfor -%}
    select
        cast(member_count as bigint) as member_count,
        cast(subset_size as bigint) as subset_size,
        cast(with_units as bigint) as with_units,
        cast(without_units as bigint) as without_units,
        cast(order_count as bigint) as order_count
    from (
        values
        {%- for n in range(1, (most_functions() | int) + 1) %}
        {%- set outer = loop %}
        {%- for s in range(n + 1) %}
        ({{ n }}, {{ s }},
            {{- ' ' ~ (factorials[s - 1] * factorials[n - s] if s > 0 else 0) }},
            {{- ' ' ~ (factorials[s] * factorials[n - s - 1] if s < n else 0) }},
            {{- ' ' ~ factorials[n] }})
            {{- ',' if not (outer.last and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    ) as counted_orders (member_count, subset_size, with_units, without_units, order_count)
{%- endmacro %}
