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

present_functions as (
    select distinct opportunity_key, function from paths
),

-- a function without a number (nobody's work, or one beyond the sixteenth) is in no coalition
masks as (
    select
        present_functions.opportunity_key,
        cast(sum(functions.function_bit) as bigint) as coalition_mask
    from present_functions
    inner join functions
        on present_functions.function = functions.function
    group by present_functions.opportunity_key
)

select
    opportunities.opportunity_key,
    coalesce(masks.coalition_mask, cast(0 as bigint)) as coalition_mask,
    coalesce(opportunities.opportunity_type, 'unknown') as opportunity_type,
    opportunities.closed_date,
    opportunities.won_date,
    opportunities.is_won,
    opportunities.is_held
from opportunities
left join masks
    on opportunities.opportunity_key = masks.opportunity_key
where opportunities.is_closed and opportunities.closed_date is not null
