-- One row per split of a deal. What kind of split it is has a table of its own: Revenue, Overlay.
select
    opportunity_split.id,
    opportunity_split.opportunity_id,
    opportunity_split.split_owner_id,
    coalesce(opportunity_split_type.developer_name, opportunity_split.split_type) as split_type,
    opportunity_split.split_percentage,
    coalesce(cast(opportunity_split.is_deleted as boolean), false)
    or coalesce(cast(opportunity_split._fivetran_deleted as boolean), false) as is_deleted,
    coalesce(
        cast(opportunity_split.system_modstamp as timestamp),
        cast(opportunity_split.last_modified_date as timestamp),
        cast(opportunity_split._fivetran_synced as timestamp)
    ) as system_modstamp
from source.opportunity_split
left join optional.opportunity_split_type
    on opportunity_split.split_type_id = opportunity_split_type.id
where coalesce(cast(opportunity_split._fivetran_active as boolean), true)
