-- One row per contribution type, source table, source value and validity.
select
    contribution_type,
    source_table,
    source_value,
    function,
    weight,
    lookback_days,
    max_per_day,
    opportunity_types,
    max_backdating_days,
    is_counted,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'contribution_types') }}
