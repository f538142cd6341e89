-- One row per contact, and one per contact that was merged into another: it is gone, and says into
-- which.
with

told_merges as (
    select
        unnest(string_split(cast(property_hs_merged_object_ids as varchar), ';')) as id,
        cast(id as varchar) as master_record_id,
        cast(property_createdate as timestamp) as created_at,
        coalesce(
            cast(property_lastmodifieddate as timestamp), cast(_fivetran_synced as timestamp)
        ) as merged_at
    from source.contact
    where property_hs_merged_object_ids is not null
    union all
    select
        cast(vid_to_merge as varchar) as id,
        cast(canonical_vid as varchar) as master_record_id,
        cast(null as timestamp) as created_at,
        coalesce(cast("timestamp" as timestamp), cast(_fivetran_synced as timestamp)) as merged_at
    from optional.contact_merge_audit
    where canonical_vid is not null and vid_to_merge is not null
),

merged as (
    select
        id,
        max_by(master_record_id, strftime(merged_at, '%Y%m%d%H%M%S%f') || master_record_id)
            as master_record_id,
        min(created_at) as created_at,
        max(merged_at) as merged_at
    from told_merges
    where id <> '' and id <> master_record_id
    group by id
)

select
    cast(contact.id as varchar) as id,
    cast(contact.property_associatedcompanyid as varchar) as account_id,
    contact.property_firstname as first_name,
    contact.property_lastname as last_name,
    contact.property_email as email,
    cast(contact.property_hubspot_owner_id as varchar) as owner_id,
    cast(null as varchar) as master_record_id,
    cast(contact.property_createdate as timestamp) as created_date,
    coalesce(cast(contact._fivetran_deleted as boolean), false) as is_deleted,
    coalesce(
        cast(contact.property_lastmodifieddate as timestamp),
        cast(contact._fivetran_synced as timestamp)
    ) as system_modstamp
from source.contact
where cast(contact.id as varchar) not in (select id from merged)
union all
select
    merged.id,
    null as account_id,
    null as first_name,
    null as last_name,
    null as email,
    null as owner_id,
    merged.master_record_id,
    coalesce(cast(contact.property_createdate as timestamp), merged.created_at) as created_date,
    true as is_deleted,
    greatest(
        merged.merged_at,
        cast(contact.property_lastmodifieddate as timestamp),
        cast(contact._fivetran_synced as timestamp)
    ) as system_modstamp
from merged
left join source.contact
    on merged.id = cast(contact.id as varchar)
