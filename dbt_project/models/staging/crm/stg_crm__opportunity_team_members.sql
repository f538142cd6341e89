-- One row per CRM opportunity team membership that is not deleted.
with source_rows as (
    select
        {{ sf_id_18('id') }} as opportunity_team_member_id_crm,
        {{ sf_id_18('opportunity_id') }} as opportunity_id_crm,
        {{ sf_id_18('user_id') }} as user_id_crm,
        team_member_role,
        created_date as created_at,
        is_deleted,
        system_modstamp,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'opportunity_team_member') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['opportunity_team_member_id_crm'],
        version='system_modstamp',
        tie_break=[
            'opportunity_id_crm', 'user_id_crm', 'team_member_role', 'created_at',
            'is_deleted'
        ],
        has_known_at=true,
    ) }}
)

select
    opportunity_team_member_id_crm,
    opportunity_id_crm,
    user_id_crm,
    team_member_role,
    created_at,
    known_at
from current_versions
where not is_deleted
