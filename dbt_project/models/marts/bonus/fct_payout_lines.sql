-- One row per payee, plan component, period, source, account and entry type of a payment run.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

payables as (
    select * from {{ ref('int_bonus__payables') }}
),

earnings as (
    select * from {{ ref('int_bonus__earnings') }}
),

commissions as (
    select * from {{ ref('int_bonus__released_commissions') }}
),

employees as (
    select * from {{ ref('int_identity__employees') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

periods as (
    select * from {{ ref('dim_periods') }}
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
),

-- Pay is settled in the open period: the shortest one that holds the night's date.
ranked_open_periods as (
    select
        coalesce(periods.period_key, cast(night.run_date as string)) as payment_period_key,
        row_number() over (
            order by
                {{ days_between('periods.start_date', 'periods.end_date') }} asc nulls last,
                periods.period_key asc nulls last
        ) as open_rank
    from night
    left join periods
        on periods.start_date <= night.run_date
        and night.run_date < periods.end_date
),

open_periods as (
    select payment_period_key
    from ranked_open_periods
    where open_rank = 1
),

-- The first run of a payment period is 1; every close in it begins the next.
payment_runs as (
    select
        open_periods.payment_period_key,
        coalesce(max(entries.run_seq), 0) + 1 as run_seq
    from open_periods
    left join periods
        on open_periods.payment_period_key = periods.period_key
    left join {{ ref('stg_ledger__entries') }} as entries
        on periods.start_date <= entries.posted_run_date
        and entries.posted_run_date < periods.end_date
    group by open_periods.payment_period_key
)

select
    {{ surrogate_key([
        'payables.payee_employee_key',
        'payables.plan_component_key',
        'payables.period_key',
        'payables.source_ref',
        'payables.account',
        'payables.entry_type',
        'payment_runs.payment_period_key',
        'payment_runs.run_seq',
    ]) }} as payout_line_key,
    payables.payee_employee_key,
    payables.plan_component_key,
    payables.plan_version,
    coalesce(earnings.opportunity_key, payables.opportunity_key) as opportunity_key,
    employees.employee_number as payee_employee_number,
    plan_components.component_type,
    plan_components.payroll_code,
    payables.account,
    payables.entry_type,
    payables.disposition_reason_code,
    earnings.rule_key,
    commissions.override_id,
    payables.period_key,
    payment_runs.payment_period_key || '#' || cast(payment_runs.run_seq as string) as payment_run,
    payment_runs.payment_period_key,
    payment_runs.run_seq,
    commissions.source_minor,
    commissions.refunded_minor,
    earnings.base_minor,
    earnings.rate,
    earnings.payout_rate,
    earnings.pool_share,
    eligibility.assigned_days,
    eligibility.period_days,
    commissions.part_from_units,
    commissions.part_until_units,
    commissions.part_whole_units,
    payables.entitled_minor,
    payables.posted_payable_minor,
    payables.posted_minor,
    payables.payable_minor as payout_amount_minor,
    payables.currency_code,
    coalesce(component_periods.is_finance_gated and not component_periods.is_closed, false)
        as is_provisional,
    payables.source_ref,
    payables.cause
from payables
cross join payment_runs
inner join employees
    on payables.payee_employee_key = employees.employee_key
left join earnings
    on payables.payee_employee_key = earnings.payee_employee_key
    and payables.plan_component_key = earnings.plan_component_key
    and payables.period_key = earnings.period_key
    and payables.source_ref = earnings.source_ref
left join commissions
    on payables.payee_employee_key = commissions.payee_employee_key
    and payables.plan_component_key = commissions.plan_component_key
    and payables.period_key = commissions.period_key
    and payables.source_ref = commissions.source_ref
left join component_periods
    on payables.plan_component_key = component_periods.plan_component_key
    and payables.period_key = component_periods.period_key
left join {{ ref('stg_policy__plan_components') }} as plan_components
    on payables.plan_component_key = plan_components.plan_component_key
    and payables.plan_version = plan_components.plan_version
left join eligibility
    on payables.payee_employee_key = eligibility.employee_key
    and payables.plan_component_key = eligibility.plan_component_key
    and payables.period_key = eligibility.period_key
