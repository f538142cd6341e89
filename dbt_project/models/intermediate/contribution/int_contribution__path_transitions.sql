-- One row per value table version, segment and step from one state of a path to the next.
with deal_coalitions as (
    select * from {{ ref('int_contribution__deal_coalitions') }}
),

paths as (
    select * from {{ ref('int_contribution__paths') }}
),

path_milestones as (
    select * from {{ ref('int_contribution__path_milestones') }}
),

value_versions as (
    select * from {{ ref('int_contribution__value_versions') }}
    where attribution_model = 'markov'
),

chain_orders as (
    select distinct chain_order from value_versions
),

lagged_touches as (
    select
        opportunity_key,
        touch_number,
        function,
        lag(function, 1) over path as function_before,
        lag(function, 2) over path as function_two_before,
        lag(function, 3) over path as function_three_before
    from paths
    window path as (partition by opportunity_key order by touch_number asc nulls last)
),

-- a state is the last functions that worked on the deal, as many as the order of the chain
states as (
    select
        lagged_touches.opportunity_key,
        lagged_touches.touch_number,
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
    from lagged_touches
    cross join chain_orders
),

steps as (
    select opportunity_key, chain_order, from_state, to_state from states
    union all
    select
        deal_coalitions.opportunity_key,
        chain_orders.chain_order,
        coalesce(states.to_state, '(start)') as from_state,
        case when deal_coalitions.is_won then '(won)' else '(lost)' end as to_state
    from deal_coalitions
    cross join chain_orders
    left join path_milestones
        on deal_coalitions.opportunity_key = path_milestones.opportunity_key
    left join states
        on path_milestones.opportunity_key = states.opportunity_key
        and path_milestones.path_length = states.touch_number
        and chain_orders.chain_order = states.chain_order
),

-- each deal is counted once, in the span before the first version that may know it
span_counts as (
    select
        value_versions.start_date,
        deal_coalitions.opportunity_type,
        steps.chain_order,
        steps.from_state,
        steps.to_state,
        count(*) as step_count
    from steps
    inner join deal_coalitions
        on steps.opportunity_key = deal_coalitions.opportunity_key
    inner join value_versions
        on deal_coalitions.closed_date < value_versions.start_date
        and (
            value_versions.previous_start_date is null
            or value_versions.previous_start_date <= deal_coalitions.closed_date
        )
    group by
        value_versions.start_date,
        deal_coalitions.opportunity_type,
        steps.chain_order,
        steps.from_state,
        steps.to_state
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
