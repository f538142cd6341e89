-- One row per release, tonight's included.
with releases as (
    select * from {{ source('raw_night', 'releases') }}
),

night as (
    select * from {{ source('raw_night', 'run') }}
)

select
    release_id,
    parent_release_id,
    approved_by,
    run_date,
    manifest_hash,
    landing_hash,
    policy_hash,
    ledger_hash,
    code_hash
from releases
union all
-- the manifest that is hashed contains this table, so tonight's hash stands in the next release
select
    release_id,
    parent_release_id,
    cast(null as string) as approved_by,
    run_date,
    cast(null as string) as manifest_hash,
    landing_hash,
    policy_hash,
    ledger_hash,
    code_hash
from night
