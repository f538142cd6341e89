-- One row per support ticket.
with source_rows as (
    select
        id as ticket_id_support,
        assignee_id as assignee_user_id_support,
        organization_id as organization_id_support,
        status,
        created_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_support', 'ticket') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['ticket_id_support'],
        version='updated_at',
        tie_break=[
            'assignee_user_id_support', 'organization_id_support', 'status', 'created_at',
            'updated_at'
        ],
        has_known_at=true,
    ) }}
)

select
    ticket_id_support,
    assignee_user_id_support,
    organization_id_support,
    status,
    created_at,
    updated_at,
    known_at
from current_versions
