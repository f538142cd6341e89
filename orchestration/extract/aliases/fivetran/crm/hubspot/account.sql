-- One row per company, and one per company that was merged into another: it is gone, and says into
-- which.
with merged as (
    select
        unnest(string_split(cast(property_hs_merged_object_ids as varchar), ';')) as id,
        cast(id as varchar) as master_record_id,
        cast(property_createdate as timestamp) as created_at,
        coalesce(
            cast(property_hs_lastmodifieddate as timestamp), cast(_fivetran_synced as timestamp)
        ) as merged_at
    from source.company
    where property_hs_merged_object_ids is not null
)

select
    cast(id as varchar) as id,
    coalesce(property_name, cast(id as varchar)) as name,
    cast(property_hubspot_owner_id as varchar) as owner_id,
    cast(property_hs_parent_company_id as varchar) as parent_id,
    cast(null as varchar) as master_record_id,
    property_industry as industry,
    property_type as type,
    property_country as billing_country,
    cast(property_createdate as timestamp) as created_date,
    coalesce(cast(is_deleted as boolean), false) as is_deleted,
    coalesce(
        cast(property_hs_lastmodifieddate as timestamp), cast(_fivetran_synced as timestamp)
    ) as system_modstamp
from source.company
where cast(id as varchar) not in (select id from merged)
union all
select
    id,
    id as name,
    null as owner_id,
    null as parent_id,
    min(master_record_id) as master_record_id,
    null as industry,
    null as type,
    null as billing_country,
    min(created_at) as created_date,
    true as is_deleted,
    max(merged_at) as system_modstamp
from merged
where id <> ''
group by id
