-- One row per SPIF and hard credit that takes part in it.
with spifs as (
    select * from {{ ref('stg_policy__spifs') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where component_type = 'spif'
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
    where is_eligible
),

-- net of what customers gave back: a sale that came undone wins no contest (T03)
transactions as (
    select * from {{ ref('int_bonus__transactions') }}
    where book = 'hard'
),

credits as (
    select
        transactions.*,
        contribution_credits.credit_share
    from transactions
    inner join {{ ref('fct_contribution_credits') }} as contribution_credits
        on transactions.credit_key = contribution_credits.credit_key
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

-- a contest is paid in the period that holds its last day
contests as (
    select
        spifs.*,
        component_periods.period_key
    from spifs
    inner join component_periods
        on spifs.plan_component_key = component_periods.plan_component_key
        and component_periods.start_date < spifs.end_date
        and spifs.end_date <= component_periods.end_date
)

select
    contests.spif_key,
    contests.plan_component_key,
    contests.period_key,
    contests.award_type,
    contests.tie_rule,
    contests.currency_code,
    credits.credit_key,
    contests.award_minor,
    contests.budget_minor,
    credits.opportunity_key,
    coalesce(credits.employee_key, '~unassigned~') as payee_employee_key,
    eligibility.employee_key is not null as is_eligible,
    credits.incentive_date,
    credits.won_at,
    case
        when contests.measure = 'bookings' then credits.credited_minor
        when credits.refunded_minor > 0 and credits.credited_minor <= 0 then 0
        else 1
    end as entered,
    case contests.measure
        when 'bookings' then contests.least_minor
        else cast(round(contests.least_value, 0) as bigint)
    end as least_entered,
    cast(round(credits.credit_share * 1000000000000, 0) as bigint) as weight
from contests
inner join credits
    on contests.start_date <= credits.incentive_date
    and credits.incentive_date < contests.end_date
inner join opportunities
    on credits.opportunity_key = opportunities.opportunity_key
    and (
        contests.opportunity_type is null
        or contests.opportunity_type = opportunities.opportunity_type
    )
left join eligibility
    on credits.employee_key = eligibility.employee_key
    and contests.plan_component_key = eligibility.plan_component_key
    and contests.period_key = eligibility.period_key
