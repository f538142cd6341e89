-- One row per plan component (null: all), reason and validity.
select
    plan_component_key,
    reason_code,
    account,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'disposition_rules') }}
