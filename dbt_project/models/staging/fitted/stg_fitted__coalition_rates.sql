-- One row per value table version, segment and coalition.
with rates as (
    select * from {{ source('raw_fitted', 'coalition_rates') }}
),

-- A version is landed whole, so the landing is chosen once and not for each of its coalitions.
first_landings as (
    {{ current_rows(
        '(select distinct value_table_version, segment, _landed_run_date, _landing_sequence '
        ~ 'from rates)',
        key=['value_table_version', 'segment'],
    ) }}
)

select
    rates.value_table_version,
    rates.segment,
    rates.coalition,
    rates._landed_run_date as fitted_date,
    rates.opportunity_count,
    rates.won_count,
    rates.prior_weight,
    -- versions landed before effects could bend have none
    cast(coalesce(rates.additive_bend, 0) as decimal(9, 6)) as additive_bend,
    rates.additive_rate
from rates
inner join first_landings
    on rates.value_table_version = first_landings.value_table_version
    and rates.segment = first_landings.segment
    and rates._landed_run_date = first_landings._landed_run_date
    and rates._landing_sequence = first_landings._landing_sequence
