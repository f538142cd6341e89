-- One row per value table version, segment and function.
with effects as (
    {{ current_rows(
        source('raw_fitted', 'removal_effects'),
        key=['value_table_version', 'segment', 'function'],
    ) }}
)

select
    value_table_version,
    segment,
    function,
    _landed_run_date as fitted_date,
    chain_order,
    removal_rate
from effects
