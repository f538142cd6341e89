-- One row per CRM lead that is not deleted.
with lead_versions as (
    select
        {{ sf_id_18('id') }} as lead_id_crm,
        lower(trim(email)) as email,
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

-- the tool keeps no history of a lead's status: the oldest version seen with it dates its entry
status_versions as (
    select
        lead_id_crm,
        status,
        min(system_modstamp) as status_since_at
    from lead_versions
    group by lead_id_crm, status
),

current_versions as (
    {{ current_rows(
        'lead_versions',
        key=['lead_id_crm'],
        version='system_modstamp',
        tie_break=[
            'email', 'status', 'owner_user_id_crm', 'is_converted', 'converted_at',
            'converted_account_id_crm', 'converted_opportunity_id_crm', 'created_at',
            'is_deleted'
        ],
    ) }}
)

select
    current_versions.lead_id_crm,
    current_versions.email,
    current_versions.status,
    status_versions.status_since_at,
    current_versions.owner_user_id_crm,
    current_versions.is_converted,
    current_versions.converted_at,
    current_versions.converted_account_id_crm,
    current_versions.converted_opportunity_id_crm,
    current_versions.created_at
from current_versions
inner join status_versions
    on current_versions.lead_id_crm = status_versions.lead_id_crm
    and current_versions.status is not distinct from status_versions.status
where not current_versions.is_deleted
