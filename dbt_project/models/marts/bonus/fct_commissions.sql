-- One row per credit and plan component that may pay it by transaction.
with transactions as (
    select * from {{ ref('int_bonus__transactions') }}
),

plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
    where component_type = 'commission' and measure in ('bookings', 'team_bookings')
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where is_live
),

credits as (
    select * from {{ ref('int_bonus__credits') }}
),

commissions as (
    select * from {{ ref('int_bonus__capped_commissions') }}
),

-- Two versions on one date are refused by name (E02); until then the later stands, never both.
ranked_transactions as (
    select
        transactions.*,
        plan_components.plan_component_key,
        plan_components.plan_version,
        component_periods.period_key,
        row_number() over (
            partition by transactions.credit_key, plan_components.plan_component_key
            order by
                plan_components.valid_from_date desc nulls last,
                plan_components.plan_version desc nulls last
        ) as version_rank
    from transactions
    inner join plan_components
        on transactions.book = plan_components.book
        and {{ in_force('transactions.incentive_date', 'plan_components') }}
    inner join component_periods
        on plan_components.plan_component_key = component_periods.plan_component_key
        and plan_components.period_type = component_periods.period_type
        and component_periods.start_date <= transactions.incentive_date
        and transactions.incentive_date < component_periods.end_date
)

select
    transactions.credit_key,
    transactions.plan_component_key,
    transactions.plan_version,
    transactions.opportunity_key,
    transactions.override_id,
    transactions.employee_key as payee_employee_key,
    transactions.period_key,
    credits.rate_table_key,
    commissions.rule_key,
    transactions.incentive_date,
    transactions.won_at,
    commissions.tier_rate as rate,
    transactions.source_minor,
    transactions.refunded_minor,
    transactions.credited_minor,
    credits.cumulative_before_minor,
    credits.cumulative_after_minor,
    commissions.tier_commission_minor,
    commissions.commission_minor,
    transactions.currency_code,
    credits.credit_key is not null as is_measured
from ranked_transactions as transactions
left join credits
    on transactions.credit_key = credits.credit_key
    and transactions.plan_component_key = credits.plan_component_key
left join commissions
    on transactions.credit_key = commissions.credit_key
    and transactions.plan_component_key = commissions.plan_component_key
where transactions.version_rank = 1
