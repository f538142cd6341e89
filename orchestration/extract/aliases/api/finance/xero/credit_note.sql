-- One row per credit note. Xero writes an instant as /Date(milliseconds since 1970+zone)/.
select
    CreditNoteID as credit_note_id,
    "Contact.ContactID" as contact_id,
    Reference as reference,
    DateString as date,
    SubTotal as sub_total,
    Total as total,
    CurrencyCode as currency_code,
    Status as status,
    Type as type,
    make_timestamp(1000 * cast(regexp_extract(UpdatedDateUTC, '-?\d+') as bigint))
        as updated_date_utc
from source.credit_note
