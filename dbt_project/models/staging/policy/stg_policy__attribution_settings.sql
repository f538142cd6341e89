-- One row per book, attribution model and validity.
select
    book,
    attribution_model,
    is_enabled,
    is_paid,
    half_life_days,
    value_table_version,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'attribution_settings') }}
