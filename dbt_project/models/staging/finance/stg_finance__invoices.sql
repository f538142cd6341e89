-- One row per invoice.
with source_rows as (
    select
        invoice_id as invoice_id_finance,
        nullif(trim(invoice_number), '') as invoice_number,
        nullif(trim(reference), '') as reference,
        date as invoice_date,
        fully_paid_on_date as paid_date,
        upper(trim(type)) as document_type,
        upper(trim(status)) as status,
        upper(nullif(trim(currency_code), '')) as currency_code,
        -- without tax, as deals are; the type says which way it goes, whatever the sign (M03)
        abs(coalesce(sub_total, total)) as amount,
        updated_date_utc as modified_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_finance', 'invoice') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['invoice_id_finance'],
        version='modified_at',
        tie_break=[
            'invoice_number', 'reference', 'invoice_date', 'paid_date', 'document_type', 'status',
            'currency_code', 'amount'
        ],
    ) }}
)

select
    invoice_id_finance,
    invoice_number,
    reference,
    invoice_date,
    paid_date,
    document_type,
    status,
    currency_code,
    amount
from current_versions
