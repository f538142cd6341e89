-- One row per general ledger journal.
with source_rows as (
    select
        journal_id as journal_id_finance,
        journal_date,
        journal_number,
        reference,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_finance', 'journal') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['journal_id_finance'],
        tie_break=[
            'journal_date', 'journal_number', 'reference'
        ],
    ) }}
)

select
    journal_id_finance,
    journal_date,
    journal_number,
    reference
from current_versions
