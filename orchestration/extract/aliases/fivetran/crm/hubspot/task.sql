-- One row per task and per call. It belongs to a deal where it is linked to exactly one.
with

linked_deals as (
    select
        cast(engagement_id as varchar) as engagement_id,
        min(cast(deal_id as varchar)) as deal_id
    from optional.engagement_deal
    group by engagement_id
    having count(distinct deal_id) = 1
),

work as (
    select
        cast(engagement_id as varchar) as id,
        cast(property_hubspot_owner_id as varchar) as owner_id,
        coalesce(property_hs_task_type, task_type) as type,
        property_hs_task_subject as subject,
        property_hs_task_status as status,
        cast(property_hs_timestamp as timestamp) as due_at,
        -- a task that was opened again may keep its old instant
        case
            when property_hs_task_status = 'COMPLETED'
            then cast(property_hs_task_completion_date as timestamp)
        end as completed_at,
        cast(property_hs_createdate as timestamp) as created_at,
        cast(_fivetran_deleted as boolean) as is_deleted,
        cast(property_hs_lastmodifieddate as timestamp) as modified_at,
        cast(_fivetran_synced as timestamp) as synced_at
    from source.engagement_task
    union all
    select
        cast(engagement_id as varchar) as id,
        cast(property_hubspot_owner_id as varchar) as owner_id,
        'Call' as type,
        property_hs_call_title as subject,
        property_hs_call_status as status,
        cast(property_hs_timestamp as timestamp) as due_at,
        case when property_hs_call_status = 'COMPLETED' then cast(property_hs_timestamp as timestamp) end
            as completed_at,
        cast(property_hs_createdate as timestamp) as created_at,
        cast(_fivetran_deleted as boolean) as is_deleted,
        cast(property_hs_lastmodifieddate as timestamp) as modified_at,
        cast(_fivetran_synced as timestamp) as synced_at
    from optional.engagement_call
)

select
    work.id,
    coalesce(work.owner_id, 'unassigned') as owner_id,
    linked_deals.deal_id as what_id,
    work.type,
    work.subject,
    work.status,
    cast(
        timezone(getvariable('account_time_zone'), timezone('UTC', work.due_at)) as date
    ) as activity_date,
    work.completed_at as completed_date_time,
    coalesce(work.created_at, work.due_at, work.synced_at) as created_date,
    coalesce(work.is_deleted, false) as is_deleted,
    coalesce(work.modified_at, work.synced_at) as system_modstamp
from work
left join linked_deals
    on work.id = linked_deals.engagement_id
