-- One row per invoice. Xero writes an instant as /Date(milliseconds since 1970+zone)/.
select
    InvoiceID as invoice_id,
    "Contact.ContactID" as contact_id,
    InvoiceNumber as invoice_number,
    Reference as reference,
    DateString as date,
    DueDateString as due_date,
    cast(make_timestamp(1000 * cast(regexp_extract(FullyPaidOnDate, '-?\d+') as bigint)) as date)
        as fully_paid_on_date,
    SubTotal as sub_total,
    Total as total,
    CurrencyCode as currency_code,
    Status as status,
    Type as type,
    make_timestamp(1000 * cast(regexp_extract(UpdatedDateUTC, '-?\d+') as bigint))
        as updated_date_utc
from source.invoice
