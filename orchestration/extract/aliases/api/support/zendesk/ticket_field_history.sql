-- One row per ticket, instant and field that was set then. An event lists what changed with it, each
-- change under the field's own name; what is not there did not change.
with changes as (
    select
        ticket_id,
        updater_id,
        timezone('UTC', to_timestamp(cast(timestamp as bigint))) as updated,
        unnest(from_json(child_events, '["JSON"]')) as change
    from source.ticket_event
),

fields as (
    select unnest(['status', 'assignee_id', 'group_id', 'priority']) as field_name
)

select
    changes.ticket_id,
    fields.field_name,
    changes.updated,
    nullif(changes.change ->> fields.field_name, '') as value,
    changes.updater_id as user_id
from changes
cross join fields
where changes.change ->> 'event_type' in ('Create', 'Change')
    and json_exists(changes.change, fields.field_name)
