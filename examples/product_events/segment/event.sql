-- One row per track call; its id is the message's, the same however often it is delivered.
select
    id as message_id,
    context_group_id as account_id,
    coalesce(nullif(user_id, ''), anonymous_id) as user_id,
    event as feature_id,
    "timestamp"
from source.tracks
where nullif(context_group_id, '') is not null
