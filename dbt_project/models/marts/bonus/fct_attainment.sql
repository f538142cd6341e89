-- One row per payee, measure and period.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

company_settings as (
    select
        settings.plan_currency_code,
        night.run_date
    from {{ ref('stg_policy__company_settings') }} as settings
    cross join night
    where {{ in_force('night.run_date', 'settings') }}
),

periods as (
    select dim_periods.*
    from {{ ref('dim_periods') }} as dim_periods
    cross join company_settings
    where dim_periods.start_date <= company_settings.run_date
),

quotas as (
    select * from {{ ref('int_bonus__quotas') }}
),

-- The kinds of period in which somebody is measured: those of the plans, and of the quotas.
measured_periods as (
    select distinct
        period_types.measure,
        periods.period_key,
        periods.start_date,
        periods.end_date
    from periods
    inner join (
        select measure, period_type from {{ ref('stg_policy__plan_components') }}
        where component_type = 'commission'
        union distinct
        select stated_quotas.measure, dim_periods.period_type
        from {{ ref('stg_policy__quotas') }} as stated_quotas
        inner join {{ ref('dim_periods') }} as dim_periods
            on stated_quotas.period_key = dim_periods.period_key
    ) as period_types
        on periods.period_type = period_types.period_type
),

-- Every hard credit counts, whether or not a plan pays for it and from long before go-live; what
-- was refunded later counts no more (T03). A manager's team counts once a deal (C03).
credit_days as (
    select
        employee_key as payee_employee_key,
        case book when 'hard' then 'bookings' else 'team_bookings' end as measure,
        incentive_date,
        cast(sum(credited_minor) as bigint) as credited_minor,
        cast(sum(refunded_minor) as bigint) as refunded_minor,
        cast(sum(
            case
                when override_id is not null
                then credited_minor + refunded_minor - source_minor
                else 0
            end
        ) as bigint) as overridden_minor,
        cast(count(distinct opportunity_key) as bigint) as deal_count
    from {{ ref('int_bonus__transactions') }}
    where book in ('hard', 'hard_rollup') and employee_key is not null
    group by employee_key, book, incentive_date
),

measured as (
    select
        credit_days.payee_employee_key,
        measured_periods.measure,
        measured_periods.period_key,
        cast(sum(credit_days.credited_minor) as bigint) as measured_minor,
        cast(sum(credit_days.refunded_minor) as bigint) as refunded_minor,
        cast(sum(credit_days.overridden_minor) as bigint) as overridden_minor,
        cast(sum(credit_days.deal_count) as bigint) as deal_count
    from credit_days
    inner join measured_periods
        on credit_days.measure = measured_periods.measure
        and measured_periods.start_date <= credit_days.incentive_date
        and credit_days.incentive_date < measured_periods.end_date
    group by
        credit_days.payee_employee_key, measured_periods.measure, measured_periods.period_key
),

begun_quotas as (
    select quotas.*
    from quotas
    inner join periods
        on quotas.period_key = periods.period_key
),

attainment as (
    select
        coalesce(measured.payee_employee_key, begun_quotas.payee_employee_key)
            as payee_employee_key,
        coalesce(measured.measure, begun_quotas.measure) as measure,
        coalesce(measured.period_key, begun_quotas.period_key) as period_key,
        begun_quotas.quota_source,
        coalesce(measured.deal_count, 0) as deal_count,
        coalesce(measured.measured_minor, 0) as measured_minor,
        coalesce(measured.refunded_minor, 0) as refunded_minor,
        coalesce(measured.overridden_minor, 0) as overridden_minor,
        begun_quotas.stated_quota_minor,
        begun_quotas.quota_minor
    from measured
    full outer join begun_quotas
        on measured.payee_employee_key = begun_quotas.payee_employee_key
        and measured.measure = begun_quotas.measure
        and measured.period_key = begun_quotas.period_key
)

select
    attainment.payee_employee_key,
    attainment.measure,
    attainment.period_key,
    attainment.quota_source,
    attainment.deal_count,
    attainment.measured_minor,
    attainment.refunded_minor,
    attainment.overridden_minor,
    attainment.stated_quota_minor,
    attainment.quota_minor,
    company_settings.plan_currency_code as currency_code,
    -- a quota that is zero or missing has no attainment: never infinite, never zero (T04)
    case when attainment.quota_minor > 0 then
        cast(
            cast(
                {{ divide_rounded(
                    wide_integer('attainment.measured_minor') ~ ' * 1000000',
                    'attainment.quota_minor'
                ) }} as decimal(18, 0)
            ) * cast(0.000001 as decimal(7, 6)) as decimal(18, 6)
        )
    end as attainment,
    case
        when attainment.quota_minor is null then 'quota_missing'
        when attainment.quota_minor <= 0 then 'quota_zero'
    end as null_reason_code
from attainment
cross join company_settings
