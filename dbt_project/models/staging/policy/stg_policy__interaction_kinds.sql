-- One row per kind of interaction and validity.
select
    kind,
    is_meaningful,
    is_expertise_shown,
    max_per_pair_month,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'interaction_kinds') }}
