-- One row per payee, plan component and ended period from the payee's first draw on.
select
    payee_employee_key,
    plan_component_key,
    period_key,
    plan_version,
    earned_minor,
    recoverable_minor,
    guarantee_minor,
    forgiveness_minor,
    topped_up_minor,
    balance_before_minor,
    advanced_minor,
    recovered_minor,
    forgiven_minor,
    balance_minor,
    pay_minor,
    currency_code
from {{ ref('int_bonus__draws') }}
