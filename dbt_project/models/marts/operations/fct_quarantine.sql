-- One row per held row and reason.
with held_opportunities as (
    select * from {{ ref('int_funnel__held_opportunities') }}
),

unresolved_identities as (
    select * from {{ ref('int_identity__unresolved_identities') }}
),

commissions as (
    select * from {{ ref('int_bonus__commissions') }}
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

held_rows as (
    select
        'funnel.fct_opportunities' as table_name,
        opportunity_key as row_key,
        reason_code,
        amount_minor,
        currency_code
    from held_opportunities
    union all
    -- what they would have earned is unknown as long as nobody knows who they are
    select
        'identity' as table_name,
        system || ':' || identity_value as row_key,
        reason_code,
        cast(null as bigint) as amount_minor,
        cast(null as string) as currency_code
    from unresolved_identities
    union all
    -- tiers in a quota that is not there: the amount cannot be computed (T04)
    select
        'bonus.fct_payout_lines' as table_name,
        payee_employee_key || ':' || plan_component_key || ':' || period_key as row_key,
        max(hold_reason_code) as reason_code,
        cast(sum(commission_minor) as bigint) as amount_minor,
        max(currency_code) as currency_code
    from commissions
    where hold_reason_code is not null
    group by payee_employee_key, plan_component_key, period_key
    union all
    select
        'bonus.fct_payout_lines' as table_name,
        eligibility.employee_key || ':' || eligibility.plan_component_key
            || ':' || eligibility.period_key as row_key,
        eligibility.payout_ineligible_reason_code as reason_code,
        cast(null as bigint) as amount_minor,
        eligibility.currency_code
    from eligibility
    inner join component_periods
        on eligibility.plan_component_key = component_periods.plan_component_key
        and eligibility.period_key = component_periods.period_key
    where eligibility.payout_ineligible_reason_code = 'salary_missing'
        and component_periods.is_ended
)

select
    {{ surrogate_key(['table_name', 'row_key', 'reason_code']) }} as quarantine_key,
    table_name,
    row_key,
    reason_code,
    amount_minor,
    currency_code
from held_rows
