-- One row per CRM lead that is not deleted, merged ones too.
with lead_versions as (
    select
        {{ sf_id_18('id') }} as lead_id_crm,
        {{ sf_id_18('master_record_id') }} as master_lead_id_crm,
        email,
        status,
        {{ sf_id_18('owner_id') }} as owner_user_id_crm,
        is_converted,
        converted_date as converted_at,
        {{ sf_id_18('converted_account_id') }} as converted_account_id_crm,
        {{ sf_id_18('converted_opportunity_id') }} as converted_opportunity_id_crm,
        created_date as created_at,
        is_deleted,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'lead') }}
),

current_versions as (
    {{ current_rows(
        'lead_versions',
        key=['lead_id_crm'],
        version='system_modstamp',
        tie_break=[
            'master_lead_id_crm', 'email', 'status', 'owner_user_id_crm', 'is_converted',
            'converted_at', 'converted_account_id_crm', 'converted_opportunity_id_crm',
            'created_at', 'is_deleted'
        ],
        has_known_at=true,
    ) }}
)

select
    lead_id_crm,
    master_lead_id_crm,
    email,
    status,
    owner_user_id_crm,
    is_converted,
    converted_at,
    converted_account_id_crm,
    converted_opportunity_id_crm,
    created_at,
    known_at
from current_versions
where not is_deleted or master_lead_id_crm is not null
