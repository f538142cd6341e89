-- One row per value table version, segment, coalition of a won opportunity, and function in it.
with deal_versions as (
    select * from {{ ref('int_attribution__deal_versions') }}
    where attribution_model = 'team_winrate'
),

coalition_values as (
    select * from {{ ref('int_attribution__coalition_values') }}
),

coalitions as (
    select * from {{ ref('int_contribution__coalitions') }}
),

functions as (
    select * from {{ ref('int_contribution__functions') }}
),

order_counts as (
    {{ order_counts() }}
),

-- values are needed for each distinct coalition once, however many deals it won
worked_coalitions as (
    select distinct
        deal_versions.value_table_version,
        deal_versions.segment,
        deal_versions.coalition_mask,
        coalitions.function_count
    from deal_versions
    inner join coalition_values
        on deal_versions.value_table_version = coalition_values.value_table_version
        and deal_versions.segment = coalition_values.segment
        and deal_versions.coalition_mask = coalition_values.coalition_mask
    inner join coalitions
        on deal_versions.coalition_mask = coalitions.coalition_mask
    where deal_versions.coalition_mask > 0
),

choices as (
    select 0 as is_in union all select 1 as is_in
),

{% set last = (most_functions() | int) - 1 -%}
subsets_start as (
    select distinct
        coalition_mask,
        cast(0 as bigint) as subset_mask,
        cast(0 as bigint) as subset_size
    from worked_coalitions
),

-- every subset of every coalition, one function after the other
{% for number in range(last + 1) -%}
subsets_{{ number }} as (
    select
        coalition_mask,
        subset_mask + choices.is_in * {{ 2 ** number }} as subset_mask,
        subset_size + choices.is_in as subset_size
    from subsets_{{ number - 1 if number else 'start' }}
    inner join choices
        on choices.is_in = 0 or {{ has_bit('coalition_mask', 2 ** number) }}
),

{% endfor -%}
valued_subsets as (
    select
        worked_coalitions.value_table_version,
        worked_coalitions.segment,
        worked_coalitions.coalition_mask,
        order_counts.order_count,
        subsets_{{ last }}.subset_mask,
        {{ wide_integer('coalition_values.win_rate_units') }}
            * {{ wide_integer('order_counts.with_units + order_counts.without_units') }}
            as in_units,
        {{ wide_integer('coalition_values.win_rate_units') }}
            * {{ wide_integer('order_counts.without_units') }} as out_units
    from worked_coalitions
    inner join subsets_{{ last }}
        on worked_coalitions.coalition_mask = subsets_{{ last }}.coalition_mask
    inner join coalition_values
        on worked_coalitions.value_table_version = coalition_values.value_table_version
        and worked_coalitions.segment = coalition_values.segment
        and subsets_{{ last }}.subset_mask = coalition_values.coalition_mask
    inner join order_counts
        on worked_coalitions.function_count = order_counts.member_count
        and subsets_{{ last }}.subset_size = order_counts.subset_size
),

summed_values as (
    select
        value_table_version,
        segment,
        coalition_mask,
        max(order_count) as order_count,
        {%- for number in range(last + 1) %}
        sum(
            case when {{ has_bit('subset_mask', 2 ** number) }} then in_units else 0 end - out_units
        ) as value_{{ number }}{{ ',' if not loop.last }}
        {%- endfor %}
    from valued_subsets
    group by value_table_version, segment, coalition_mask
),

-- the Shapley value in millionths of a win, times the orders of the members: whole numbers
function_values as (
    select
        summed_values.value_table_version,
        summed_values.segment,
        summed_values.coalition_mask,
        functions.function,
        summed_values.order_count,
        case functions.function_number
            {%- for number in range(last + 1) %}
            when {{ number }} then summed_values.value_{{ number }}
            {%- endfor %}
        end as value_units
    from summed_values
    inner join functions
        on {{ has_bit('summed_values.coalition_mask', 'functions.function_bit') }}
),

floored_values as (
    select
        *,
        value_units < 0 as is_negative,
        sum(greatest(value_units, 0)) over (
            partition by value_table_version, segment, coalition_mask
        ) as positive_units
    from function_values
)

-- Shares of what is above zero add up to the deal; share_units is null where nothing is.
select
    value_table_version,
    segment,
    coalition_mask,
    function,
    {{ rate_from_units(divide_rounded('value_units', 'order_count')) }} as value_rate,
    {{ divide_rounded(
        wide_integer('greatest(value_units, 0)') ~ ' * ' ~ share_whole(), 'positive_units'
    ) }} as share_units,
    is_negative
from floored_values
