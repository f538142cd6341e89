-- One row per split of a deal. What kind of split it is has a table of its own. A type whose splits need
-- not sum to the whole is an overlay, whatever a company calls it; the only one whose splits must is
-- revenue. A second one that must keeps its own name: the gate stops, since both would pay the deal.
select
    opportunity_split.id,
    opportunity_split.opportunity_id,
    opportunity_split.split_owner_id,
    case
        when opportunity_split_type.developer_name in ('Revenue', 'Overlay') then opportunity_split_type.developer_name
        when not cast(opportunity_split_type.is_total_validated as boolean) then 'Overlay'
        when cast(opportunity_split_type.is_total_validated as boolean)
            and not exists (
                select 1 from optional.opportunity_split_type as other
                where other.developer_name <> opportunity_split_type.developer_name
                    and (other.developer_name = 'Revenue' or cast(other.is_total_validated as boolean))
            )
        then 'Revenue'
        else coalesce(opportunity_split_type.developer_name, opportunity_split.split_type)
    end as split_type,
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
