-- One row per closed opportunity.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

paths as (
    select * from {{ ref('int_contribution__paths') }}
),

functions as (
    select * from {{ ref('int_contribution__functions') }}
),

-- a function without a number (nobody's work, or one beyond the sixteenth) is in no coalition
deal_paths as (
    select
        paths.opportunity_key,
        count(*) as path_length,
        bit_or(functions.function_bit) as coalition_mask
    from paths
    left join functions
        on paths.function = functions.function
    group by paths.opportunity_key
)

select
    opportunities.opportunity_key,
    coalesce(deal_paths.coalition_mask, cast(0 as bigint)) as coalition_mask,
    coalesce(deal_paths.path_length, cast(0 as bigint)) as path_length,
    coalesce(opportunities.opportunity_type, 'unknown') as opportunity_type,
    opportunities.closed_date,
    opportunities.won_date,
    opportunities.is_won,
    opportunities.is_held
from opportunities
left join deal_paths
    on opportunities.opportunity_key = deal_paths.opportunity_key
where opportunities.is_closed and opportunities.closed_date is not null
