-- One row per value table version, segment and coalition of deals closed before the version began.
with deal_coalitions as (
    select * from {{ ref('int_contribution__deal_coalitions') }}
),

value_versions as (
    select * from {{ ref('int_contribution__value_versions') }}
    where attribution_model = 'team_winrate'
),

-- each deal is counted once, in the span before the first version that may know it
known_days as (
    {{ days_before_versions('deal_coalitions', 'value_versions') }}
),

span_counts as (
    select
        known_days.start_date,
        deal_coalitions.opportunity_type,
        deal_coalitions.coalition_mask,
        count(*) as opportunity_count,
        count(case when deal_coalitions.is_won then 1 end) as won_count
    from deal_coalitions
    inner join known_days
        on deal_coalitions.closed_date = known_days.closed_date
    group by
        known_days.start_date,
        deal_coalitions.opportunity_type,
        deal_coalitions.coalition_mask
),

-- a version knows all spans up to its start
version_counts as (
    select
        value_versions.value_table_version,
        case
            when value_versions.segment_field = 'opportunity_type'
            then span_counts.opportunity_type
            else 'all'
        end as segment,
        span_counts.coalition_mask,
        cast(sum(span_counts.opportunity_count) as bigint) as opportunity_count,
        cast(sum(span_counts.won_count) as bigint) as won_count
    from value_versions
    inner join span_counts
        on span_counts.start_date <= value_versions.start_date
    group by
        value_versions.value_table_version,
        case
            when value_versions.segment_field = 'opportunity_type'
            then span_counts.opportunity_type
            else 'all'
        end,
        span_counts.coalition_mask
),

summed_counts as (
    select
        *,
        sum(opportunity_count) over segments as segment_opportunity_count,
        sum(won_count) over segments as segment_won_count
    from version_counts
    window segments as (partition by value_table_version, segment)
)

-- with fewer deals than policy asks, or without any win or loss, there is nothing to fit
select
    summed_counts.value_table_version,
    summed_counts.segment,
    summed_counts.coalition_mask,
    summed_counts.opportunity_count,
    summed_counts.won_count,
    value_versions.prior_weight,
    value_versions.effect_prior_weight
from summed_counts
inner join value_versions
    on summed_counts.value_table_version = value_versions.value_table_version
where summed_counts.segment_opportunity_count >= value_versions.least_opportunity_count
    and summed_counts.segment_won_count between 1 and summed_counts.segment_opportunity_count - 1
