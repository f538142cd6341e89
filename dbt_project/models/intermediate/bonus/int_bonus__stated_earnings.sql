-- One row per payee, plan component, period and source of an amount that a person stated.
with employees as (
    select * from {{ ref('int_identity__employees') }}
),

opening_balances as (
    select * from {{ ref('stg_policy__opening_balances') }}
),

plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
),

dim_periods as (
    select * from {{ ref('dim_periods') }}
),

company_settings as (
    select settings.go_live_date, night.run_date
    from {{ ref('stg_policy__company_settings') }} as settings
    cross join {{ source('raw_night', 'run') }} as night
    where {{ in_force('night.run_date', 'settings') }}
),

adjustments as (
    select
        employees.employee_key as payee_employee_key,
        adjustments.*,
        component_periods.plan_version
    from {{ ref('stg_policy__adjustments') }} as adjustments
    inner join employees
        on adjustments.employee_number = employees.employee_number
    inner join {{ ref('int_bonus__component_periods') }} as component_periods
        on adjustments.plan_component_key = component_periods.plan_component_key
        and adjustments.period_key = component_periods.period_key
        and component_periods.is_live
),

-- An opening balance stands in the first period from go-live on, of its component's own type
-- where one begins that day.
ranked_openings as (
    select
        employees.employee_key as payee_employee_key,
        opening_balances.*,
        plan_components.plan_version,
        dim_periods.period_key,
        row_number() over (
            partition by
                opening_balances.employee_number,
                opening_balances.plan_component_key,
                opening_balances.account
            order by
                dim_periods.start_date asc nulls last,
                case when dim_periods.period_type = plan_components.period_type then 0 else 1 end
                    asc nulls last,
                dim_periods.end_date asc nulls last,
                plan_components.valid_to_date desc nulls last
        ) as period_rank
    from opening_balances
    cross join company_settings
    inner join employees
        on opening_balances.employee_number = employees.employee_number
    inner join plan_components
        on opening_balances.plan_component_key = plan_components.plan_component_key
        and plan_components.valid_from_date <= company_settings.run_date
    inner join dim_periods
        on company_settings.go_live_date <= dim_periods.start_date
        and dim_periods.start_date <= company_settings.run_date
)

select
    payee_employee_key,
    plan_component_key,
    plan_version,
    period_key,
    'policy.opening_balances:' || employee_number || ':' || plan_component_key
        || ':' || account as source_ref,
    'opening_balance' as cause,
    reason as rule_key,
    account as stated_account,
    currency_code,
    balance_minor as entitled_minor
from ranked_openings
where period_rank = 1
union all
-- money of its own row, with its reason, whatever is recomputed beside it (M09)
select
    payee_employee_key,
    plan_component_key,
    plan_version,
    period_key,
    'policy.adjustments:' || adjustment_id as source_ref,
    'adjustment' as cause,
    reason as rule_key,
    cast(null as string) as stated_account,
    currency_code,
    adjustment_minor as entitled_minor
from adjustments
