-- One row per employee, plan component, period and rule that failed.
with standings as (
    select
        standings.*,
        component_periods.component_type,
        component_periods.start_date,
        component_periods.end_date,
        component_periods.min_service_days,
        component_periods.max_leave_days,
        component_periods.min_rating,
        component_periods.must_be_employed_at_end,
        component_periods.must_be_active_at_payment
            or component_periods.leaver_rule = 'review' as is_leaver_reviewed,
        component_periods.must_have_signed,
        component_periods.order_fixed_minor,
        component_periods.is_paid_by_salary,
        component_periods.is_live
    from {{ ref('int_bonus__standings') }} as standings
    inner join {{ ref('int_bonus__component_periods') }} as component_periods
        on standings.plan_component_key = component_periods.plan_component_key
        and standings.period_key = component_periods.period_key
),
{#-
    Each rule: its reason, whether it says who is measured (or else who is paid), when it fails, and
    what it turns on: asked for, actual, date. Eligibility names the first that failed. Credit
    without assigned days is a leaver's: measured, then sent to review (C07).
#}
{%- set rules = [
    ("'not_assigned'", true, 'assigned_days = 0 and not (has_credit and is_leaver)',
     '1', 'assigned_days', none),
    ("'min_service_days'", true, 'service_days < min_service_days',
     'min_service_days', 'service_days', 'hired_date'),
    ("'employed_at_period_end'", true, 'must_be_employed_at_end and left_date < end_date',
     none, none, 'left_date'),
    ("'max_leave_days'", true, 'leave_days > max_leave_days',
     'max_leave_days', 'leave_days', none),
    ("'min_rating'", true, 'rating < min_rating', none, none, none),
    ("'before_go_live'", false, 'not is_live', none, none, 'start_date'),
    ("'left_before_payment'", false, 'is_leaver and is_leaver_reviewed', none, none, 'left_date'),
    ("case when quota_minor is null then 'quota_missing' else 'quota_zero' end", false,
     "component_type = 'commission' and order_fixed_minor is null"
        ~ " and coalesce(quota_minor, 0) <= 0 and (assigned_days > 0 or has_credit)",
     none, none, none),
    ("'salary_missing'", false, 'is_paid_by_salary and paid_days < assigned_days',
     'assigned_days', 'paid_days', none),
    ("'not_signed'", false,
     'must_have_signed and not is_signed and (assigned_days > 0 or has_credit)', none, none, none),
    ("'rating_missing'", false,
     'min_rating is not null and rating is null and (assigned_days > 0 or has_credit)',
     none, none, none),
] %}

failed_rules as (
    {%- for reason, is_measurement_rule, fails, required, actual, happened in rules %}
    select
        employee_key,
        plan_component_key,
        period_key,
        {{ reason }} as reason_code,
        {{ loop.index }} as rule_number,
        {{ is_measurement_rule | string | lower }} as is_measurement_rule,
        cast({{ required or 'null' }} as bigint) as required_days,
        cast({{ actual or 'null' }} as bigint) as actual_days,
        cast({{ happened or 'null' }} as date) as happened_date
    from standings
    where {{ fails }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
)

select
    employee_key,
    plan_component_key,
    period_key,
    reason_code,
    rule_number,
    required_days,
    actual_days,
    happened_date,
    is_measurement_rule
from failed_rules
