-- One row per definition version, subject, source field, source value and validity.
select
    definition_version,
    subject,
    stage,
    stage_order,
    source_field,
    source_value,
    owner_function,
    contributing_functions,
    valid_from_date,
    valid_to_date,
    approved_by,
    approved_date
from {{ source('raw_policy', 'funnel_definitions') }}
