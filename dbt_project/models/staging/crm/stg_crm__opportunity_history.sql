-- One row per CRM opportunity and instant at which it changed.
with source_rows as (
    select
        {{ sf_id_18('id') }} as opportunity_id_crm,
        _fivetran_start as changed_at,
        {{ sf_id_18('owner_id') }} as owner_user_id_crm,
        stage_name,
        amount,
        close_date,
        coalesce(is_closed, false) as is_closed,
        coalesce(is_won, false) as is_won,
        coalesce(is_deleted, false) as is_deleted,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'opportunity_history') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['opportunity_id_crm', 'changed_at'],
        tie_break=[
            'owner_user_id_crm', 'stage_name', 'amount', 'close_date', 'is_closed', 'is_won',
            'is_deleted'
        ],
    ) }}
)

select
    opportunity_id_crm,
    changed_at,
    owner_user_id_crm,
    stage_name,
    amount,
    close_date,
    is_closed,
    is_won
from current_versions
where not is_deleted
