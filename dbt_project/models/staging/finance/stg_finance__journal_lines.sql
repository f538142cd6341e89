-- One row per general ledger journal line.
with source_rows as (
    select
        journal_line_id as journal_line_id_finance,
        journal_id as journal_id_finance,
        account_id as account_id_finance,
        net_amount,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_finance', 'journal_line') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['journal_line_id_finance'],
        tie_break=[
            'journal_id_finance', 'account_id_finance', 'net_amount'
        ],
    ) }}
)

select
    journal_line_id_finance,
    journal_id_finance,
    account_id_finance,
    net_amount
from current_versions
