-- One row per value table version, segment and step from one state of a path to the next.
with deal_coalitions as (
    select * from {{ ref('int_contribution__deal_coalitions') }}
),

path_functions as (
    select * from {{ ref('int_contribution__path_functions') }}
),

paths as (
    select * from {{ ref('int_contribution__paths') }}
),

value_versions as (
    select * from {{ ref('int_contribution__value_versions') }}
    where attribution_model = 'markov'
),

chain_orders as (
    select distinct chain_order from value_versions
),

highest_orders as (
    select max(chain_order) as chain_order from value_versions
),

-- each deal is counted once, in the span before the first version that may know it
known_days as (
    {{ days_before_versions('deal_coalitions', 'value_versions') }}
),

known_deals as (
    select
        deal_coalitions.opportunity_number,
        deal_coalitions.opportunity_type,
        deal_coalitions.path_length,
        deal_coalitions.is_won,
        known_days.start_date
    from deal_coalitions
    inner join known_days
        on deal_coalitions.closed_date = known_days.closed_date
),

-- touches alike are counted before they are given names: as far back as any chain remembers
counted_touches as (
    select
        known_deals.start_date,
        known_deals.opportunity_type,
        paths.path_function_number,
        paths.number_before,
        case when highest_orders.chain_order >= 2 then paths.number_two_before end
            as number_two_before,
        case when highest_orders.chain_order >= 3 then paths.number_three_before end
            as number_three_before,
        count(*) as touch_count,
        count(
            case when paths.touch_number = known_deals.path_length and known_deals.is_won then 1 end
        ) as won_count,
        count(case when paths.touch_number = known_deals.path_length then 1 end) as ended_count
    from paths
    inner join known_deals
        on paths.opportunity_number = known_deals.opportunity_number
    cross join highest_orders
    group by
        known_deals.start_date,
        known_deals.opportunity_type,
        paths.path_function_number,
        paths.number_before,
        case when highest_orders.chain_order >= 2 then paths.number_two_before end,
        case when highest_orders.chain_order >= 3 then paths.number_three_before end
),

touch_counts as (
    select
        counted_touches.start_date,
        counted_touches.opportunity_type,
        path_functions.function,
        functions_before.function as function_before,
        functions_two_before.function as function_two_before,
        functions_three_before.function as function_three_before,
        counted_touches.touch_count,
        counted_touches.won_count,
        counted_touches.ended_count - counted_touches.won_count as lost_count
    from counted_touches
    inner join path_functions
        on counted_touches.path_function_number = path_functions.path_function_number
    {%- for place in ['before', 'two_before', 'three_before'] %}
    left join path_functions as functions_{{ place }}
        on counted_touches.number_{{ place }} = functions_{{ place }}.path_function_number
    {%- endfor %}
),

-- a deal without a path goes from start to its end at once
untouched_counts as (
    select
        start_date,
        opportunity_type,
        is_won,
        count(*) as step_count
    from known_deals
    where path_length = 0
    group by start_date, opportunity_type, is_won
),

-- a state is the last functions that worked on the deal, as many as the order of the chain
states as (
    select
        touch_counts.*,
        chain_orders.chain_order,
        case
            when function_before is null then '(start)'
            else {{ remembered('function_three_before', 3) }}
                || {{ remembered('function_two_before', 2) }}
                || function_before
        end as from_state,
        {{ remembered('function_two_before', 3) }}
        || {{ remembered('function_before', 2) }}
        || function as to_state
    from touch_counts
    cross join chain_orders
),

span_counts as (
    select start_date, opportunity_type, chain_order, from_state, to_state,
        touch_count as step_count
    from states
    union all
    select start_date, opportunity_type, chain_order, to_state, '(won)', won_count
    from states
    where won_count > 0
    union all
    select start_date, opportunity_type, chain_order, to_state, '(lost)', lost_count
    from states
    where lost_count > 0
    union all
    select
        untouched_counts.start_date,
        untouched_counts.opportunity_type,
        chain_orders.chain_order,
        '(start)' as from_state,
        case when untouched_counts.is_won then '(won)' else '(lost)' end as to_state,
        untouched_counts.step_count
    from untouched_counts
    cross join chain_orders
),

version_counts as (
    select
        value_versions.value_table_version,
        value_versions.least_opportunity_count,
        value_versions.chain_order,
        case
            when value_versions.segment_field = 'opportunity_type'
            then span_counts.opportunity_type
            else 'all'
        end as segment,
        span_counts.from_state,
        span_counts.to_state,
        cast(sum(span_counts.step_count) as bigint) as step_count
    from value_versions
    inner join span_counts
        on span_counts.start_date <= value_versions.start_date
        and value_versions.chain_order = span_counts.chain_order
    group by
        value_versions.value_table_version,
        value_versions.least_opportunity_count,
        value_versions.chain_order,
        case
            when value_versions.segment_field = 'opportunity_type'
            then span_counts.opportunity_type
            else 'all'
        end,
        span_counts.from_state,
        span_counts.to_state
),

summed_counts as (
    select
        *,
        sum(case when to_state in ('(won)', '(lost)') then step_count else 0 end) over segments
            as segment_opportunity_count,
        sum(case when to_state = '(won)' then step_count else 0 end) over segments
            as segment_won_count
    from version_counts
    window segments as (partition by value_table_version, segment)
)

-- with fewer deals than policy asks, or without any win, there is nothing to fit
select
    value_table_version,
    segment,
    from_state,
    to_state,
    chain_order,
    step_count
from summed_counts
where segment_opportunity_count >= least_opportunity_count
    and segment_won_count > 0
