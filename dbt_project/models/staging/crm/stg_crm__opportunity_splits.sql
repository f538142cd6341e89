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
        -- a later edit of the percentage makes nobody's part in the deal younger
        min(system_modstamp) over (
            partition by {{ sf_id_18('id') }}, {{ sf_id_18('split_owner_id') }}, split_type
        ) as first_told_at,
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
    first_told_at,
    known_at
from current_versions
where not is_deleted
