-- One row per source field, source value and validity.
select
    source_field,
    source_value,
    function,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'function_mappings') }}
