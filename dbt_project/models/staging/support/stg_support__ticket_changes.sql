-- One row per support ticket, field and instant at which the field changed.
with source_rows as (
    select
        ticket_id as ticket_id_support,
        field_name,
        updated as changed_at,
        value as new_value,
        user_id as user_id_support,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_support', 'ticket_field_history') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['ticket_id_support', 'field_name', 'changed_at'],
        tie_break=[
            'new_value', 'user_id_support'
        ],
    ) }}
)

select
    ticket_id_support,
    field_name,
    changed_at,
    new_value,
    user_id_support
from current_versions
where field_name in ('status', 'assignee_id')
