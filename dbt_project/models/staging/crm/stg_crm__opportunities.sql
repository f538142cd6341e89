-- One row per CRM opportunity that is not deleted.
with source_rows as (
    select
        {{ sf_id_18('id') }} as opportunity_id_crm,
        {{ sf_id_18('account_id') }} as account_id_crm,
        name as opportunity_name,
        {{ sf_id_18('owner_id') }} as owner_user_id_crm,
        stage_name,
        type as opportunity_type,
        lead_source,
        amount,
        upper(nullif(trim(currency_iso_code), '')) as currency_code,
        close_date,
        created_date as created_at,
        is_closed,
        is_won,
        is_deleted,
        system_modstamp as modified_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_crm', 'opportunity') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['opportunity_id_crm'],
        version='modified_at',
        tie_break=[
            'account_id_crm', 'opportunity_name', 'owner_user_id_crm', 'stage_name',
            'opportunity_type', 'lead_source', 'amount', 'currency_code', 'close_date',
            'created_at', 'is_closed', 'is_won', 'is_deleted'
        ],
        has_known_at=true,
    ) }}
)

select
    opportunity_id_crm,
    account_id_crm,
    opportunity_name,
    owner_user_id_crm,
    stage_name,
    opportunity_type,
    lead_source,
    amount,
    currency_code,
    close_date,
    created_at,
    is_closed,
    is_won,
    modified_at,
    known_at
from current_versions
where not is_deleted
