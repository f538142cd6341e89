-- One row per customer organization of the support desk.
with source_rows as (
    select
        id as organization_id_support,
        {{ sf_id_18('external_id') }} as account_id_crm,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_support', 'organization') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['organization_id_support'],
        version='updated_at',
        tie_break=[
            'account_id_crm'
        ],
    ) }}
)

select
    organization_id_support,
    account_id_crm
from current_versions
