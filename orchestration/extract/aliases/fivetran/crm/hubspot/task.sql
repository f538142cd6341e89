-- One row per task. It belongs to a deal where it is linked to exactly one.
with linked_deals as (
    select
        cast(engagement_id as varchar) as engagement_id,
        min(cast(deal_id as varchar)) as deal_id
    from optional.engagement_deal
    group by engagement_id
    having count(distinct deal_id) = 1
)

select
    cast(engagement_task.engagement_id as varchar) as id,
    coalesce(cast(engagement_task.property_hubspot_owner_id as varchar), 'unassigned') as owner_id,
    linked_deals.deal_id as what_id,
    coalesce(engagement_task.property_hs_task_type, engagement_task.task_type) as type,
    engagement_task.property_hs_task_subject as subject,
    engagement_task.property_hs_task_status as status,
    engagement_task.property_hs_timestamp as activity_date,
    engagement_task.property_hs_task_completion_date as completed_date_time,
    coalesce(
        cast(engagement_task.property_hs_createdate as timestamp),
        cast(engagement_task.property_hs_timestamp as timestamp),
        cast(engagement_task._fivetran_synced as timestamp)
    ) as created_date,
    coalesce(cast(engagement_task._fivetran_deleted as boolean), false) as is_deleted,
    coalesce(
        cast(engagement_task.property_hs_lastmodifieddate as timestamp),
        cast(engagement_task._fivetran_synced as timestamp)
    ) as system_modstamp
from source.engagement_task
left join linked_deals
    on cast(engagement_task.engagement_id as varchar) = linked_deals.engagement_id
