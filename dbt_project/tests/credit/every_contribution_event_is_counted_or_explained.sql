-- Fails if an event is counted with a reason against it, or left out without one: a person who asks
-- why their work does not count gets an answer.
select contribution_event_key
from {{ ref('fct_contribution_events') }}
where is_counted = (exclusion_reason_code is not null)
