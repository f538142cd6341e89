-- One row per thing a lead did. Marketo's connector writes a table for each kind of activity; these
-- are the kinds in which the lead acts, not those in which a mail is sent or a record is changed.
select
    marketoGUID as id,
    activityDate as activity_date,
    activityTypeId as activity_type_id,
    leadId as lead_id,
    campaignId as campaign_id
from optional.activities_fill_out_form
union all
select
    marketoGUID as id,
    activityDate as activity_date,
    activityTypeId as activity_type_id,
    leadId as lead_id,
    campaignId as campaign_id
from optional.activities_change_status_in_progression
union all
select
    marketoGUID as id,
    activityDate as activity_date,
    activityTypeId as activity_type_id,
    leadId as lead_id,
    campaignId as campaign_id
from optional.activities_click_email
union all
select
    marketoGUID as id,
    activityDate as activity_date,
    activityTypeId as activity_type_id,
    leadId as lead_id,
    campaignId as campaign_id
from optional.activities_click_link
union all
select
    marketoGUID as id,
    activityDate as activity_date,
    activityTypeId as activity_type_id,
    leadId as lead_id,
    campaignId as campaign_id
from optional.activities_open_email
union all
select
    marketoGUID as id,
    activityDate as activity_date,
    activityTypeId as activity_type_id,
    leadId as lead_id,
    campaignId as campaign_id
from optional.activities_visit_webpage
union all
select
    marketoGUID as id,
    activityDate as activity_date,
    activityTypeId as activity_type_id,
    leadId as lead_id,
    campaignId as campaign_id
from optional.activities_interesting_moment
