-- One row per period. A quarter runs from one quota date to the next (31 May, 31 August, 1 December,
-- the last of February ...: no calendar quarters), the last one for three months. Its months begin
-- on the same day of the next two months, and four quarters make a year. Quota dates in the export
-- are 4,017 days later than the orders they are for.
with quota_dates as (
    select distinct cast(QuotaDate as date) - 4017 as start_date
    from source."ms_SalesPersonQuotaHistory.tsv"
),

quarters as (
    select
        start_date,
        coalesce(
            lead(start_date) over (order by start_date),
            cast(start_date + interval 3 months as date)
        ) as end_date,
        row_number() over (order by start_date) - 1 as quarter_number
    from quota_dates
),

numbered_quarters as (
    select
        start_date,
        end_date,
        2012 + quarter_number // 4 as fiscal_year,
        quarter_number % 4 + 1 as quarter_of_year
    from quarters
),

months as (
    select
        numbered_quarters.fiscal_year,
        numbered_quarters.quarter_of_year,
        (numbered_quarters.quarter_of_year - 1) * 3 + steps.step + 1 as month_of_year,
        cast(numbered_quarters.start_date + to_months(cast(steps.step as integer)) as date)
            as start_date,
        case
            when steps.step = 2 then numbered_quarters.end_date
            else cast(
                numbered_quarters.start_date + to_months(cast(steps.step + 1 as integer)) as date
            )
        end as end_date
    from numbered_quarters
    cross join (values (0), (1), (2)) as steps (step)
)

select
    'FY' || fiscal_year as period_key,
    'year' as period_type,
    min(start_date) as start_date,
    max(end_date) as end_date,
    fiscal_year,
    cast(null as varchar) as parent_period_key
from numbered_quarters
group by fiscal_year
union all
select
    'FY' || fiscal_year || '-Q' || quarter_of_year as period_key,
    'quarter' as period_type,
    start_date,
    end_date,
    fiscal_year,
    'FY' || fiscal_year as parent_period_key
from numbered_quarters
union all
select
    'FY' || fiscal_year || '-M' || lpad(cast(month_of_year as varchar), 2, '0') as period_key,
    'month' as period_type,
    start_date,
    end_date,
    fiscal_year,
    'FY' || fiscal_year || '-Q' || quarter_of_year as parent_period_key
from months
