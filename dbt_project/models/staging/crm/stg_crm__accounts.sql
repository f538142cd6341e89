-- One row per CRM account, merged and deleted ones too.
with source_rows as (
    select
        {{ sf_id_18('id') }} as account_id_crm,
        {{ sf_id_18('master_record_id') }} as master_account_id_crm,
        {{ sf_id_18('parent_id') }} as parent_account_id_crm,
        name as account_name,
        industry,
        type as account_type,
        billing_country,
        created_date as created_at,
        is_deleted as is_account_deleted,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'account') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['account_id_crm'],
        version='system_modstamp',
        tie_break=[
            'master_account_id_crm', 'parent_account_id_crm', 'account_name', 'industry',
            'account_type', 'billing_country', 'created_at', 'is_account_deleted'
        ],
    ) }}
)

select
    account_id_crm,
    master_account_id_crm,
    parent_account_id_crm,
    account_name,
    industry,
    account_type,
    billing_country,
    created_at,
    is_account_deleted
from current_versions
