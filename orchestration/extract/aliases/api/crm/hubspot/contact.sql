-- One row per contact, and one per contact that was merged into another: it is gone, and says into
-- which.
with merged as (
    select
        unnest(string_split("properties.hs_merged_object_ids", ';')) as id,
        id as master_record_id,
        "createdAt" as created_date,
        "updatedAt" as system_modstamp
    from source.contact
    where nullif("properties.hs_merged_object_ids", '') is not null
)

select
    id,
    nullif("properties.associatedcompanyid", '') as account_id,
    nullif("properties.firstname", '') as first_name,
    nullif("properties.lastname", '') as last_name,
    nullif("properties.email", '') as email,
    nullif("properties.hubspot_owner_id", '') as owner_id,
    cast(null as varchar) as master_record_id,
    "createdAt" as created_date,
    archived = 'true' as is_deleted,
    "updatedAt" as system_modstamp
from source.contact
where id not in (select id from merged)
union all
select
    id,
    null as account_id,
    null as first_name,
    null as last_name,
    null as email,
    null as owner_id,
    master_record_id,
    created_date,
    true as is_deleted,
    system_modstamp
from merged
