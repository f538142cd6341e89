-- One row per general ledger account.
with source_rows as (
    select
        account_id as account_id_finance,
        code as account_code,
        name as account_name,
        upper(type) as account_type,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_finance', 'account') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['account_id_finance'],
        tie_break=[
            'account_code', 'account_name', 'account_type'
        ],
    ) }}
)

select
    account_id_finance,
    account_code,
    account_name,
    account_type
from current_versions
