-- One row per adjustment.
with adjustments as (
    select * from {{ source('raw_policy', 'adjustments') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    adjustments.adjustment_id,
    adjustments.employee_number,
    adjustments.plan_component_key,
    adjustments.period_key,
    adjustments.adjustment_amount,
    {{ to_minor('adjustments.adjustment_amount', 'currencies.minor_digits') }}
        as adjustment_minor,
    adjustments.currency_code,
    currencies.minor_digits,
    adjustments.reason,
    adjustments.requested_by,
    adjustments.approved_by,
    adjustments.approved_date
from adjustments
left join currencies
    on adjustments.currency_code = currencies.currency_code
