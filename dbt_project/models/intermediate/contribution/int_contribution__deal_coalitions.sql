-- One row per closed opportunity.
with closed_deals as (
    select * from {{ ref('int_contribution__closed_deals') }}
    where closed_date is not null
),

paths as (
    select * from {{ ref('int_contribution__paths') }}
),

path_functions as (
    select * from {{ ref('int_contribution__path_functions') }}
),

-- a function without a bit (nobody's work, or one beyond the sixteenth) is in no coalition
deal_paths as (
    select
        paths.opportunity_number,
        count(*) as path_length,
        bit_or(path_functions.function_bit) as coalition_mask
    from paths
    inner join path_functions
        on paths.path_function_number = path_functions.path_function_number
    group by paths.opportunity_number
)

select
    closed_deals.opportunity_number,
    closed_deals.opportunity_key,
    coalesce(deal_paths.coalition_mask, cast(0 as bigint)) as coalition_mask,
    coalesce(deal_paths.path_length, cast(0 as bigint)) as path_length,
    closed_deals.opportunity_type,
    closed_deals.closed_date,
    closed_deals.won_date,
    closed_deals.is_won,
    closed_deals.is_held
from closed_deals
left join deal_paths
    on closed_deals.opportunity_number = deal_paths.opportunity_number
