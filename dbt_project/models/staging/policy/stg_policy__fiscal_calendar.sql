-- One row per period of the fiscal calendar.
select
    period_key,
    period_type,
    start_date,
    end_date,
    fiscal_year,
    parent_period_key
from {{ source('raw_policy', 'fiscal_calendar') }}
