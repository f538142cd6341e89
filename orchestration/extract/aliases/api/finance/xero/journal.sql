-- One row per journal. Xero writes an instant as /Date(milliseconds since 1970+zone)/.
select
    JournalID as journal_id,
    cast(make_timestamp(1000 * cast(regexp_extract(JournalDate, '-?\d+') as bigint)) as date)
        as journal_date,
    JournalNumber as journal_number,
    Reference as reference,
    make_timestamp(1000 * cast(regexp_extract(CreatedDateUTC, '-?\d+') as bigint))
        as created_date_utc
from source.journal
