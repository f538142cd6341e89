-- One row per value table version, segment and coalition of functions.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
),

coalitions as (
    select
        opportunity_key,
        {{ joined_set('function') }} as coalition
    from contribution_events
    where is_counted and function <> 'unassigned'
    group by opportunity_key
),

-- observed and not fitted: what is paid on would be frozen first, at the start of a period
closed_deals as (
    select
        coalesce(nullif(coalitions.coalition, ''), 'nobody') as coalition,
        cast(count(*) as bigint) as opportunity_count,
        cast(count(case when opportunities.is_won then 1 end) as bigint) as won_count
    from opportunities
    left join coalitions
        on opportunities.opportunity_key = coalitions.opportunity_key
    where opportunities.is_closed
    group by coalesce(nullif(coalitions.coalition, ''), 'nobody')
)

select
    'observed' as value_table_version,
    'all' as segment,
    coalition,
    opportunity_count,
    won_count,
    cast({{ ratio('won_count', 'opportunity_count') }} as decimal(9, 6)) as win_rate
from closed_deals
