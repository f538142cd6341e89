-- One row per system and identity.
select
    system,
    identity_value,
    reason_code
from {{ source('raw_policy', 'excluded_identities') }}
