-- One row per meeting. It belongs to a deal where it is linked to exactly one. The connector once
-- kept a meeting's owner in the table of all engagements.
with linked_deals as (
    select
        cast(engagement_id as varchar) as engagement_id,
        min(cast(deal_id as varchar)) as deal_id
    from optional.engagement_deal
    group by engagement_id
    having count(distinct deal_id) = 1
)

select
    cast(engagement_meeting.engagement_id as varchar) as id,
    coalesce(
        cast(engagement_meeting.property_hubspot_owner_id as varchar),
        cast(engagement.owner_id as varchar),
        'unassigned'
    ) as owner_id,
    linked_deals.deal_id as what_id,
    engagement_meeting.property_hs_activity_type as type,
    coalesce(engagement_meeting.property_hs_meeting_title, engagement_meeting.title) as subject,
    coalesce(
        cast(engagement_meeting.property_hs_meeting_start_time as timestamp),
        cast(engagement_meeting.start_time as timestamp)
    ) as start_date_time,
    coalesce(
        cast(engagement_meeting.property_hs_createdate as timestamp),
        cast(engagement_meeting.start_time as timestamp),
        cast(engagement_meeting._fivetran_synced as timestamp)
    ) as created_date,
    coalesce(cast(engagement_meeting._fivetran_deleted as boolean), false) as is_deleted,
    coalesce(
        cast(engagement_meeting.property_hs_lastmodifieddate as timestamp),
        cast(engagement_meeting._fivetran_synced as timestamp)
    ) as system_modstamp
from source.engagement_meeting
left join linked_deals
    on cast(engagement_meeting.engagement_id as varchar) = linked_deals.engagement_id
left join optional.engagement
    on cast(engagement_meeting.engagement_id as varchar) = cast(engagement.id as varchar)
