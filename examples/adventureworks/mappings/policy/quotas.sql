-- One row per salesperson and quarter. The export does not say who approved a quota; the day it was
-- written down is its day of approval. Quota dates are 4,017 days later than the orders.
with quotas as (
    select
        BusinessEntityID as assignee_code,
        cast(QuotaDate as date) - 4017 as start_date,
        cast(SalesQuota as decimal(24, 6)) as quota_amount,
        cast(ModifiedDate as date) - 4017 as approved_date
    from source."ms_SalesPersonQuotaHistory.tsv"
),

numbered_dates as (
    select start_date, row_number() over (order by start_date) - 1 as quarter_number
    from (select distinct start_date from quotas)
)

select
    'employee' as assignee_type,
    quotas.assignee_code,
    'bookings' as measure,
    'FY' || (2012 + numbered_dates.quarter_number // 4)
    || '-Q' || (numbered_dates.quarter_number % 4 + 1) as period_key,
    quotas.quota_amount,
    'USD' as currency_code,
    'not recorded' as approved_by,
    quotas.approved_date
from quotas
inner join numbered_dates
    on quotas.start_date = numbered_dates.start_date
