-- One row per CRM task that is not deleted.
with source_rows as (
    select
        {{ sf_id_18('id') }} as task_id_crm,
        {{ sf_id_18('owner_id') }} as owner_user_id_crm,
        {{ sf_id_18('what_id') }} as what_id_crm,
        {{ sf_id_18('who_id') }} as contact_id_crm,
        {{ sf_id_18('account_id') }} as account_id_crm,
        type as task_type,
        subject,
        status,
        activity_date,
        completed_date_time as completed_at,
        created_date as created_at,
        is_deleted,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'task') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['task_id_crm'],
        version='system_modstamp',
        tie_break=[
            'owner_user_id_crm', 'what_id_crm', 'contact_id_crm', 'account_id_crm', 'task_type',
            'subject', 'status', 'activity_date', 'completed_at', 'created_at', 'is_deleted'
        ],
        has_known_at=true,
    ) }}
)

select
    task_id_crm,
    owner_user_id_crm,
    what_id_crm,
    contact_id_crm,
    account_id_crm,
    task_type,
    subject,
    status,
    activity_date,
    completed_at,
    -- Salesforce and HubSpot write the word differently, and a company may have words of its own:
    -- the instant of completion stands only on what is done
    coalesce(upper(status) = 'COMPLETED', false) or completed_at is not null as is_done,
    created_at,
    known_at
from current_versions
where not is_deleted
