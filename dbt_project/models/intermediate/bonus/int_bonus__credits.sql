-- One row per credit and the plan component that pays it by transaction.
with transactions as (
    select * from {{ ref('int_bonus__transactions') }}
    where employee_key is not null
),

plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
    where component_type = 'commission' and measure in ('bookings', 'team_bookings')
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where is_live
),

participants as (
    select * from {{ ref('int_bonus__plan_participants') }}
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

-- what becomes of a leaver's credit is the leaver rule's business
participants_and_leavers as (
    {{ kept_after_leaving('participants', 'employee_history', ['plan_key', 'rate_table_key']) }}
),

-- Two versions on one date are refused by name (E02); until then the later stands, never both.
paid_credits as (
    select
        transactions.credit_key,
        transactions.opportunity_key,
        transactions.employee_key as payee_employee_key,
        plan_components.plan_component_key,
        plan_components.plan_version,
        component_periods.period_key,
        coalesce(participants.rate_table_key, plan_components.rate_table_key) as rate_table_key,
        plan_components.measure,
        plan_components.tier_method,
        plan_components.negative_attainment_rule,
        plan_components.order_cap_minor,
        plan_components.order_fixed_minor,
        transactions.currency_code,
        transactions.incentive_date,
        transactions.won_at,
        transactions.credited_minor,
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
    inner join participants_and_leavers as participants
        on transactions.employee_key = participants.employee_key
        and plan_components.plan_key = participants.plan_key
        and {{ in_force('transactions.incentive_date', 'participants') }}
),

ordered_credits as (
    select
        paid_credits.*,
        -- the order in which deals climb the tiers: always the same answer (T06)
        cast(sum(credited_minor) over (
            partition by payee_employee_key, plan_component_key, period_key
            order by
                incentive_date asc nulls last,
                won_at asc nulls last,
                opportunity_key asc nulls last,
                credit_key asc nulls last
            rows between unbounded preceding and current row
        ) as bigint) as cumulative_after_minor,
        cast(sum(credited_minor) over (
            partition by payee_employee_key, plan_component_key, period_key
        ) as bigint) as period_credited_minor
    from paid_credits
    where version_rank = 1
)

select
    credit_key,
    plan_component_key,
    plan_version,
    opportunity_key,
    payee_employee_key,
    period_key,
    rate_table_key,
    measure,
    tier_method,
    negative_attainment_rule,
    currency_code,
    incentive_date,
    won_at,
    credited_minor,
    cumulative_after_minor - credited_minor as cumulative_before_minor,
    cumulative_after_minor,
    period_credited_minor,
    order_cap_minor,
    order_fixed_minor
from ordered_credits
