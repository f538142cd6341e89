-- One row per employee, plan component, draw type and validity.
with draws as (
    select * from {{ source('raw_policy', 'draws') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    draws.employee_number,
    draws.plan_component_key,
    draws.draw_type,
    draws.draw_amount,
    {{ to_minor('draws.draw_amount', 'currencies.minor_digits') }} as draw_minor,
    draws.currency_code,
    currencies.minor_digits,
    draws.reason,
    draws.requested_by,
    draws.approved_by,
    draws.approved_date,
    draws.valid_from_date,
    draws.valid_to_date
from draws
left join currencies
    on draws.currency_code = currencies.currency_code
