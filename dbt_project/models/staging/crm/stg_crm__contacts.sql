-- One row per CRM contact that is not deleted.
with source_rows as (
    select
        {{ sf_id_18('id') }} as contact_id_crm,
        {{ sf_id_18('account_id') }} as account_id_crm,
        lower(trim(email)) as email,
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
            'account_id_crm', 'email', 'is_deleted'
        ],
    ) }}
)

select
    contact_id_crm,
    account_id_crm,
    email
from current_versions
where not is_deleted
