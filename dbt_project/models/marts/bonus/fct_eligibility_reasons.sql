-- One row per employee, plan component, period and rule that failed.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

quotas as (
    select * from {{ ref('int_bonus__quotas') }}
),

judged as (
    select
        eligibility.*,
        component_periods.component_type,
        component_periods.start_date,
        component_periods.end_date,
        component_periods.min_service_days,
        component_periods.must_be_employed_at_end,
        component_periods.must_be_active_at_payment
            or component_periods.leaver_rule = 'review' as is_leaver_reviewed,
        component_periods.order_fixed_minor,
        component_periods.is_paid_by_salary,
        component_periods.is_live,
        quotas.quota_minor,
        {{ days_between(
            'eligibility.hired_date', 'least(eligibility.left_date, component_periods.end_date)'
        ) }} as service_days
    from {{ ref('int_bonus__eligibility') }} as eligibility
    inner join component_periods
        on eligibility.plan_component_key = component_periods.plan_component_key
        and eligibility.period_key = component_periods.period_key
    left join quotas
        on eligibility.employee_key = quotas.payee_employee_key
        and eligibility.period_key = quotas.period_key
        and component_periods.measure = quotas.measure
    where not eligibility.is_payout_eligible
),

-- each rule by itself: fct_bonus_eligibility shows the first, these are all
reasons as (
    select
        judged.*,
        'not_assigned' as reason_code,
        true as is_measurement_rule,
        cast(1 as bigint) as required_days,
        assigned_days as actual_days,
        cast(null as date) as happened_date
    from judged
    where assigned_days = 0 and not (has_credit and is_leaver)
    union all
    select
        judged.*,
        'min_service_days' as reason_code,
        true as is_measurement_rule,
        cast(min_service_days as bigint) as required_days,
        cast(service_days as bigint) as actual_days,
        hired_date as happened_date
    from judged
    where service_days < min_service_days
    union all
    select
        judged.*,
        'employed_at_period_end' as reason_code,
        true as is_measurement_rule,
        cast(null as bigint) as required_days,
        cast(null as bigint) as actual_days,
        left_date as happened_date
    from judged
    where must_be_employed_at_end and left_date < end_date
    union all
    select
        judged.*,
        'before_go_live' as reason_code,
        false as is_measurement_rule,
        cast(null as bigint) as required_days,
        cast(null as bigint) as actual_days,
        start_date as happened_date
    from judged
    where not is_live
    union all
    select
        judged.*,
        'left_before_payment' as reason_code,
        false as is_measurement_rule,
        cast(null as bigint) as required_days,
        cast(null as bigint) as actual_days,
        left_date as happened_date
    from judged
    where is_leaver and is_leaver_reviewed
    union all
    select
        judged.*,
        case when quota_minor is null then 'quota_missing' else 'quota_zero' end as reason_code,
        false as is_measurement_rule,
        cast(null as bigint) as required_days,
        cast(null as bigint) as actual_days,
        cast(null as date) as happened_date
    from judged
    where component_type = 'commission'
        and (assigned_days > 0 or has_credit)
        and order_fixed_minor is null
        and coalesce(quota_minor, 0) <= 0
    union all
    select
        judged.*,
        'salary_missing' as reason_code,
        false as is_measurement_rule,
        cast(null as bigint) as required_days,
        cast(null as bigint) as actual_days,
        cast(null as date) as happened_date
    from judged
    where is_paid_by_salary
        and (
            payout_ineligible_reason_code = 'salary_missing'
            or (salary_days_minor is null and assigned_days > 0)
        )
)

select
    employee_key,
    plan_component_key,
    period_key,
    reason_code,
    required_days,
    actual_days,
    happened_date,
    is_measurement_rule
from reasons
