-- One row per employee, plan component and account.
with opening_balances as (
    select * from {{ source('raw_policy', 'opening_balances') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    opening_balances.employee_number,
    opening_balances.plan_component_key,
    opening_balances.account,
    opening_balances.balance_amount,
    {{ to_minor('opening_balances.balance_amount', 'currencies.minor_digits') }} as balance_minor,
    opening_balances.currency_code,
    currencies.minor_digits,
    opening_balances.as_of_date,
    opening_balances.reason,
    opening_balances.approved_by
from opening_balances
left join currencies
    on opening_balances.currency_code = currencies.currency_code
