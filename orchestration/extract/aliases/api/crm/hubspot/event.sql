-- One row per meeting. It belongs to a deal where it is linked to exactly one.
with links as (
    select "from.id" as id, from_json("to", '["JSON"]') as linked
    from optional.meeting_deal
)

select
    meeting.id,
    coalesce(nullif(meeting."properties.hubspot_owner_id", ''), 'unassigned') as owner_id,
    case when len(links.linked) = 1 then links.linked[1] ->> 'toObjectId' end as what_id,
    nullif(meeting."properties.hs_activity_type", '') as type,
    meeting."properties.hs_meeting_title" as subject,
    nullif(meeting."properties.hs_meeting_start_time", '') as start_date_time,
    meeting."createdAt" as created_date,
    meeting.archived = 'true' as is_deleted,
    meeting."updatedAt" as system_modstamp
from source.meeting
left join links
    on meeting.id = links.id
