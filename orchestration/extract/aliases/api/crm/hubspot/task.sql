-- One row per task and per call. It belongs to a deal where it is linked to exactly one.
with

links as (
    select 'task' as kind, "from.id" as id, from_json("to", '["JSON"]') as linked
    from optional.task_deal
    union all
    select 'call' as kind, "from.id" as id, from_json("to", '["JSON"]') as linked
    from optional.call_deal
),

portal as (
    select min("timeZone") as time_zone
    from source.account_info
),

work as (
    select
        'task' as kind,
        id,
        "properties.hubspot_owner_id" as owner_id,
        nullif("properties.hs_task_type", '') as type,
        "properties.hs_task_subject" as subject,
        "properties.hs_task_status" as status,
        nullif("properties.hs_timestamp", '') as due_at,
        -- a task that was opened again may keep its old instant
        case
            when "properties.hs_task_status" = 'COMPLETED'
            then nullif("properties.hs_task_completion_date", '')
        end as completed_at,
        "createdAt" as created_date,
        archived,
        "updatedAt" as system_modstamp
    from source.task
    union all
    select
        'call' as kind,
        id,
        "properties.hubspot_owner_id" as owner_id,
        'Call' as type,
        "properties.hs_call_title" as subject,
        "properties.hs_call_status" as status,
        nullif("properties.hs_timestamp", '') as due_at,
        case when "properties.hs_call_status" = 'COMPLETED' then "properties.hs_timestamp" end
            as completed_at,
        "createdAt" as created_date,
        archived,
        "updatedAt" as system_modstamp
    from optional.call
)

select
    work.id,
    coalesce(nullif(work.owner_id, ''), 'unassigned') as owner_id,
    case when len(links.linked) = 1 then links.linked[1] ->> 'toObjectId' end as what_id,
    work.type,
    work.subject,
    work.status,
    cast(timezone(portal.time_zone, cast(work.due_at as timestamptz)) as date) as activity_date,
    work.completed_at as completed_date_time,
    work.created_date,
    work.archived = 'true' as is_deleted,
    work.system_modstamp
from work
cross join portal
left join links
    on work.kind = links.kind
    and work.id = links.id
