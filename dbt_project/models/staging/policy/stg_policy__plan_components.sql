-- One row per plan component and plan version.
with plan_components as (
    select * from {{ source('raw_policy', 'plan_components') }}
),

plans as (
    select * from {{ source('raw_policy', 'plans') }}
),

plan_versions as (
    select * from {{ source('raw_policy', 'plan_versions') }}
),

payroll_codes as (
    select * from {{ source('raw_policy', 'payroll_codes') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    plan_components.plan_component_key,
    plan_components.plan_version,
    plan_components.plan_key,
    plans.plan_name,
    plan_components.component_type,
    plan_components.component_name,
    plan_components.period_type,
    plan_components.measure,
    plan_components.book,
    plan_components.credit_date_rule,
    plan_components.credit_stage_name,
    plan_components.tier_method,
    plan_components.rate_table_key,
    plan_components.pool_key,
    plan_components.target_rate,
    plan_components.proration_basis,
    plan_components.leaver_rule,
    plan_components.minimum_payment_amount,
    {{ to_minor('plan_components.minimum_payment_amount', 'currencies.minor_digits') }}
        as minimum_payment_minor,
    coalesce(plan_components.negative_attainment_rule, 'none') as negative_attainment_rule,
{%- for limit in ['order_cap', 'order_fixed', 'period_cap'] %}
    plan_components.{{ limit }}_amount,
    {{ to_minor('plan_components.' ~ limit ~ '_amount', 'currencies.minor_digits') }}
        as {{ limit }}_minor,
{%- endfor %}
    plan_components.period_cap_rate,
    coalesce(plan_components.release_rule, 'booking') as release_rule,
    plan_components.release_schedule_key,
    plan_components.payroll_code,
    payroll_codes.payroll_name,
    payroll_codes.component_type as payroll_component_type,
    plans.currency_code,
    currencies.minor_digits,
    plan_versions.valid_from_date,
    plan_versions.valid_to_date,
    plan_versions.prepared_by,
    plan_versions.approved_by,
    plan_versions.approved_date
from plan_components
left join plans
    on plan_components.plan_key = plans.plan_key
left join plan_versions
    on plan_components.plan_key = plan_versions.plan_key
    and plan_components.plan_version = plan_versions.plan_version
left join payroll_codes
    on plan_components.payroll_code = payroll_codes.payroll_code
left join currencies
    on plans.currency_code = currencies.currency_code
