-- One row where the books are locked: closed from their beginning up to and with the lock date. Books
-- that are not locked have no lock date at all, since Xero leaves out what is nothing.
with locks as (
    select
        OrganisationID as id,
        greatest(
            make_timestamp(1000 * cast(regexp_extract(PeriodLockDate, '-?\d+') as bigint)),
            make_timestamp(1000 * cast(regexp_extract(EndOfYearLockDate, '-?\d+') as bigint))
        ) as locked_until
    from source.organisation
)

select
    id,
    'locked' as periodname,
    date '1900-01-01' as startdate,
    cast(locked_until as date) as enddate,
    true as closed
from locks
where locked_until is not null
