-- One row per event. What begins with $ is PostHog's own, such as a page that was left.
select
    uuid as message_id,
    properties ->> '$."$groups".company' as account_id,
    distinct_id as user_id,
    event as feature_id,
    "timestamp"
from source.events
where event not like '$%'
    and nullif(properties ->> '$."$groups".company', '') is not null
