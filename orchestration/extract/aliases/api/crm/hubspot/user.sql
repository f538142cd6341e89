-- One row per owner. An owner's id is not the user's: records name their owner by it.
select
    id,
    nullif(trim(coalesce("firstName", '') || ' ' || coalesce("lastName", '')), '') as name,
    nullif("firstName", '') as first_name,
    nullif("lastName", '') as last_name,
    -- an owner who was an integration may have no address
    coalesce(nullif(email, ''), 'owner-' || id || '@hubspot.invalid') as email,
    archived = 'false' as is_active,
    "updatedAt" as system_modstamp
from source.owner
