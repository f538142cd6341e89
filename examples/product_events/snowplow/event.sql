-- One row per event; a context of the company's own says which account it is of. The derived instant
-- is the collector's, corrected for the clock of the device.
select
    event_id as message_id,
    contexts_com_company_account_1 ->> '$[0].account_id' as account_id,
    coalesce(nullif(user_id, ''), domain_userid) as user_id,
    coalesce(nullif(se_action, ''), event_name) as feature_id,
    derived_tstamp as "timestamp"
from source.events
where nullif(contexts_com_company_account_1 ->> '$[0].account_id', '') is not null
