-- One row per CRM event (a meeting, as one attendee has it) that is not deleted.
with source_rows as (
    select
        {{ sf_id_18('id') }} as event_id_crm,
        {{ sf_id_18('owner_id') }} as owner_user_id_crm,
        {{ sf_id_18('what_id') }} as what_id_crm,
        {{ sf_id_18('who_id') }} as contact_id_crm,
        {{ sf_id_18('account_id') }} as account_id_crm,
        type as event_type,
        subject,
        start_date_time as start_at,
        who_count as attendee_count,
        coalesce(is_child, false) as is_child,
        created_date as created_at,
        is_deleted,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'event') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['event_id_crm'],
        version='system_modstamp',
        tie_break=[
            'owner_user_id_crm', 'what_id_crm', 'contact_id_crm', 'account_id_crm', 'event_type',
            'subject', 'start_at', 'attendee_count', 'is_child',
            'created_at', 'is_deleted'
        ],
        has_known_at=true,
    ) }}
)

select
    event_id_crm,
    owner_user_id_crm,
    what_id_crm,
    contact_id_crm,
    account_id_crm,
    event_type,
    subject,
    start_at,
    attendee_count,
    is_child,
    created_at,
    known_at
from current_versions
where not is_deleted
