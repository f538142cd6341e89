-- One row per company, and one per company that was merged into another: it is gone, and says into
-- which.
with merged as (
    select
        unnest(string_split("properties.hs_merged_object_ids", ';')) as id,
        id as master_record_id,
        "createdAt" as created_date,
        "updatedAt" as system_modstamp
    from source.company
    where nullif("properties.hs_merged_object_ids", '') is not null
)

select
    id,
    coalesce(nullif("properties.name", ''), nullif("properties.domain", ''), id) as name,
    nullif("properties.hubspot_owner_id", '') as owner_id,
    nullif("properties.hs_parent_company_id", '') as parent_id,
    cast(null as varchar) as master_record_id,
    nullif("properties.industry", '') as industry,
    nullif("properties.type", '') as type,
    nullif("properties.country", '') as billing_country,
    "createdAt" as created_date,
    archived = 'true' as is_deleted,
    "updatedAt" as system_modstamp
from source.company
where id not in (select id from merged)
union all
select
    id,
    id as name,
    null as owner_id,
    null as parent_id,
    master_record_id,
    null as industry,
    null as type,
    null as billing_country,
    created_date,
    true as is_deleted,
    system_modstamp
from merged
