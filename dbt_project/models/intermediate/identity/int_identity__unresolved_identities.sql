-- One row per system and identity value that source records name and nobody can be found for.
with identities as (
    select * from {{ ref('int_identity__identities') }}
)

select
    system,
    identity_value,
    min(resolution_code) as reason_code,
    max(row_count) as row_count
from identities
where resolution_code in ('unknown', 'ambiguous')
    and row_count > 0
group by system, identity_value
