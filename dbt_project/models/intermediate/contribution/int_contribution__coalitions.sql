-- One row per coalition of functions.
with functions as (
    select * from {{ ref('int_contribution__functions') }}
),

choices as (
    select function_number, function_bit, function, 1 as is_in from functions
    union all
    select function_number, 0 as function_bit, null as function, 0 as is_in from functions
    union all
    -- numbers that no function has: never in
    select function_number, 0 as function_bit, null as function, 0 as is_in
    from ({{ function_bits() }}) as bits
    where function_number not in (select function_number from functions)
),

coalitions as (
    select
        {% for number in range(16) -%}
        choices_{{ number }}.function_bit{{ ' + ' if not loop.last }}
        {%- endfor %} as coalition_mask,
        {% for number in range(16) -%}
        choices_{{ number }}.is_in{{ ' + ' if not loop.last }}
        {%- endfor %} as function_count
    from choices as choices_0
    {%- for number in range(1, 16) %}
    cross join choices as choices_{{ number }}
    {%- endfor %}
    where {% for number in range(16) -%}
        choices_{{ number }}.function_number = {{ number }}{{ '\n        and ' if not loop.last }}
        {%- endfor %}
),

named_coalitions as (
    select
        coalitions.coalition_mask,
        {{ joined_set('functions.function') }} as coalition
    from coalitions
    inner join functions
        on {{ has_bit('coalitions.coalition_mask', 'functions.function_bit') }}
    group by coalitions.coalition_mask
)

select
    coalitions.coalition_mask,
    coalesce(named_coalitions.coalition, 'nobody') as coalition,
    cast(coalitions.function_count as bigint) as function_count
from coalitions
left join named_coalitions
    on coalitions.coalition_mask = named_coalitions.coalition_mask
