-- One row per plan component, rule and validity.
select
    plan_component_key,
    rule_code,
    threshold,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'eligibility_rules') }}
