-- One row per thing a lead did. Marketo's connector writes a table for each kind of activity; these
-- are the kinds in which the lead acts, not those in which a mail is sent or a record is changed.
select id, activity_date, activity_type_id, lead_id, campaign_id
from optional.activity_fill_out_form
union all
select id, activity_date, activity_type_id, lead_id, campaign_id
from optional.activity_change_status_in_progression
union all
select id, activity_date, activity_type_id, lead_id, campaign_id
from optional.activity_click_email
union all
select id, activity_date, activity_type_id, lead_id, campaign_id
from optional.activity_click_link
union all
select id, activity_date, activity_type_id, lead_id, campaign_id
from optional.activity_open_email
union all
select id, activity_date, activity_type_id, lead_id, campaign_id
from optional.activity_visit_webpage
union all
select id, activity_date, activity_type_id, lead_id, campaign_id
from optional.activity_interesting_moment
