-- One row per value table version, segment and coalition of functions.
with rates as (
    select * from {{ ref('stg_fitted__coalition_rates') }}
),

coalitions as (
    select * from {{ ref('int_contribution__coalitions') }}
),

-- The observed rate, drawn to the additive one as if prior_weight more deals had shown that; where
-- no deal shows it, as most coalitions, there is nothing to divide.
shrunk_rates as (
    select
        *,
        case
            when opportunity_count = 0 then {{ rate_units('additive_rate') }}
            else {{ divide_rounded(
                wide_integer('won_count * 1000000 + prior_weight * ' ~ rate_units('additive_rate')),
                'opportunity_count + prior_weight',
            ) }}
        end as win_rate_units
    from rates
)

-- by name: a coalition keeps its values if functions are ever numbered anew
select
    shrunk_rates.value_table_version,
    shrunk_rates.segment,
    coalitions.coalition_mask,
    shrunk_rates.fitted_date,
    shrunk_rates.opportunity_count,
    shrunk_rates.won_count,
    shrunk_rates.prior_weight,
    shrunk_rates.additive_bend,
    shrunk_rates.additive_rate,
    shrunk_rates.win_rate_units
from shrunk_rates
inner join coalitions
    on shrunk_rates.coalition = coalitions.coalition
