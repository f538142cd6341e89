-- One row per credit note.
with source_rows as (
    select
        credit_note_id as credit_note_id_finance,
        nullif(trim(reference), '') as reference,
        date as credit_note_date,
        upper(trim(type)) as document_type,
        upper(trim(status)) as status,
        upper(nullif(trim(currency_code), '')) as currency_code,
        -- without tax, as deals are; the type says which way it goes, whatever the sign (M03)
        abs(coalesce(sub_total, total)) as amount,
        updated_date_utc as modified_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_finance', 'credit_note') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['credit_note_id_finance'],
        version='modified_at',
        tie_break=[
            'reference', 'credit_note_date', 'document_type', 'status', 'currency_code', 'amount'
        ],
    ) }}
)

select
    credit_note_id_finance,
    reference,
    credit_note_date,
    document_type,
    status,
    currency_code,
    amount
from current_versions
