-- One row per measure of the company and period that has begun.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

company_settings as (
    select
        settings.plan_currency_code,
        settings.plan_minor_digits
    from {{ ref('stg_policy__company_settings') }} as settings
    cross join night
    where {{ in_force('night.run_date', 'settings') }}
),

periods as (
    select dim_periods.*
    from {{ ref('dim_periods') }} as dim_periods
    cross join night
    where dim_periods.start_date <= night.run_date
),

ledger_measures as (
    select * from {{ ref('stg_policy__ledger_measures') }}
),

targets as (
    select * from {{ ref('stg_policy__targets') }}
),

-- The books are kept in the plan's currency; debits and credits carry signs, policy says which
-- sign makes a measure grow.
ledger_days as (
    select
        ledger_measures.measure,
        journals.journal_date as measured_date,
        sum(journal_lines.net_amount * ledger_measures.sign) as measured_amount
    from {{ ref('stg_finance__journal_lines') }} as journal_lines
    inner join {{ ref('stg_finance__journals') }} as journals
        on journal_lines.journal_id_finance = journals.journal_id_finance
    inner join {{ ref('stg_finance__accounts') }} as accounts
        on journal_lines.account_id_finance = accounts.account_id_finance
    inner join ledger_measures
        on accounts.account_type = upper(ledger_measures.account_type)
    group by ledger_measures.measure, journals.journal_date
),

booking_days as (
    select
        won_date as measured_date,
        cast(sum(plan_amount_minor) as bigint) as measured_minor
    from {{ ref('int_funnel__opportunities') }}
    where is_won and not is_held
    group by won_date
),

ledger_totals as (
    select
        ledger_days.measure,
        periods.period_key,
        {{ to_minor(
            'sum(ledger_days.measured_amount)', 'max(company_settings.plan_minor_digits)'
        ) }} as actual_minor
    from periods
    inner join ledger_days
        on periods.start_date <= ledger_days.measured_date
        and ledger_days.measured_date < periods.end_date
    cross join company_settings
    group by ledger_days.measure, periods.period_key
),

booking_totals as (
    select
        periods.period_key,
        cast(sum(booking_days.measured_minor) as bigint) as actual_minor
    from periods
    inner join booking_days
        on periods.start_date <= booking_days.measured_date
        and booking_days.measured_date < periods.end_date
    group by periods.period_key
),

measures as (
    select distinct measure from ledger_measures
    union distinct
    select 'bookings' as measure
)

select
    measures.measure,
    periods.period_key,
    company_settings.plan_currency_code as currency_code,
    coalesce(ledger_totals.actual_minor, booking_totals.actual_minor, 0) as actual_minor,
    targets.target_minor
from measures
cross join periods
cross join company_settings
left join ledger_totals
    on measures.measure = ledger_totals.measure
    and periods.period_key = ledger_totals.period_key
left join booking_totals
    on measures.measure = 'bookings'
    and periods.period_key = booking_totals.period_key
left join targets
    on measures.measure = targets.measure
    and periods.period_key = targets.period_key
