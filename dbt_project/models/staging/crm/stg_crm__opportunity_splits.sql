-- One row per CRM opportunity split that is not deleted.
with source_rows as (
    select
        {{ sf_id_18('id') }} as opportunity_split_id_crm,
        {{ sf_id_18('opportunity_id') }} as opportunity_id_crm,
        {{ sf_id_18('split_owner_id') }} as owner_user_id_crm,
        split_type,
        split_percentage,
        is_deleted,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'opportunity_split') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['opportunity_split_id_crm'],
        version='system_modstamp',
        tie_break=[
            'opportunity_id_crm', 'owner_user_id_crm', 'split_type', 'split_percentage',
            'is_deleted'
        ],
        has_known_at=true,
    ) }}
)

select
    opportunity_split_id_crm,
    opportunity_id_crm,
    owner_user_id_crm,
    split_type,
    split_percentage,
    system_modstamp as modified_at,
    known_at
from current_versions
where not is_deleted
