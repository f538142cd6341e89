-- One row per value table version, segment and coalition.
with rates as (
    {{ current_rows(
        source('raw_fitted', 'coalition_rates'),
        key=['value_table_version', 'segment', 'coalition'],
    ) }}
)

select
    value_table_version,
    segment,
    coalition,
    _landed_run_date as fitted_date,
    opportunity_count,
    won_count,
    prior_weight,
    -- versions landed before effects could bend have none
    cast(coalesce(additive_bend, 0) as decimal(9, 6)) as additive_bend,
    additive_rate
from rates
