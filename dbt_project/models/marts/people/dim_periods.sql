-- One row per period of the fiscal calendar.
with fiscal_calendar as (
    select * from {{ ref('stg_policy__fiscal_calendar') }}
),

accounting_periods as (
    select * from {{ ref('stg_finance__accounting_periods') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

closed_spans as (
    select
        start_date as span_start_date,
        {{ add_days('end_date', 1) }} as span_end_date
    from accounting_periods
    where is_closed
),

-- months, quarters and years of the books may lie over each other: join them to stretches first
ends_so_far as (
    select
        *,
        max(span_end_date) over (
            order by span_start_date asc nulls last, span_end_date asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as latest_end_date
    from closed_spans
),

numbered_spans as (
    select
        *,
        sum(case when span_start_date <= latest_end_date then 0 else 1 end) over (
            order by span_start_date asc nulls last, span_end_date asc nulls last
            rows between unbounded preceding and current row
        ) as stretch
    from ends_so_far
),

closed_stretches as (
    select
        min(span_start_date) as stretch_start_date,
        max(span_end_date) as stretch_end_date
    from numbered_spans
    group by stretch
),

closed_periods as (
    select distinct fiscal_calendar.period_key
    from fiscal_calendar
    inner join closed_stretches
        on closed_stretches.stretch_start_date <= fiscal_calendar.start_date
        and fiscal_calendar.end_date <= closed_stretches.stretch_end_date
),

-- an open quarter over closed months is not closed yet
open_periods as (
    select distinct fiscal_calendar.period_key
    from fiscal_calendar
    inner join accounting_periods
        on accounting_periods.start_date < fiscal_calendar.end_date
        and fiscal_calendar.start_date <= accounting_periods.end_date
    where not accounting_periods.is_closed
        and fiscal_calendar.start_date <= accounting_periods.start_date
        and accounting_periods.end_date < fiscal_calendar.end_date
)

select
    fiscal_calendar.period_key,
    fiscal_calendar.period_type,
    fiscal_calendar.fiscal_year,
    fiscal_calendar.parent_period_key,
    fiscal_calendar.start_date,
    fiscal_calendar.end_date,
    closed_periods.period_key is not null
    and open_periods.period_key is null
    and fiscal_calendar.end_date <= nights.run_date as is_closed
from fiscal_calendar
cross join nights
left join closed_periods
    on fiscal_calendar.period_key = closed_periods.period_key
left join open_periods
    on fiscal_calendar.period_key = open_periods.period_key
