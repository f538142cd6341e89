-- One row per CRM contact that is not deleted, merged ones too.
with source_rows as (
    select
        {{ sf_id_18('id') }} as contact_id_crm,
        {{ sf_id_18('account_id') }} as account_id_crm,
        {{ sf_id_18('master_record_id') }} as master_contact_id_crm,
        {{ sf_id_18('owner_id') }} as owner_user_id_crm,
        email,
        created_date as created_at,
        is_deleted,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'contact') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['contact_id_crm'],
        version='system_modstamp',
        tie_break=[
            'account_id_crm', 'master_contact_id_crm', 'owner_user_id_crm', 'email', 'created_at',
            'is_deleted'
        ],
    ) }}
)

select
    contact_id_crm,
    account_id_crm,
    master_contact_id_crm,
    owner_user_id_crm,
    email,
    created_at
from current_versions
where not is_deleted or master_contact_id_crm is not null
