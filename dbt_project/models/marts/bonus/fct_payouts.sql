-- One row per payee, payment run and currency.
with payable_lines as (
    select * from {{ ref('fct_payout_lines') }}
    where account = 'payable'
)

select
    payee_employee_key,
    payment_run,
    payee_employee_number,
    payment_period_key,
    run_seq,
    cast(count(*) as bigint) as line_count,
    cast(sum(payout_amount_minor) as bigint) as payout_amount_minor,
    currency_code
from payable_lines
group by
    payee_employee_key,
    payment_run,
    payee_employee_number,
    payment_period_key,
    run_seq,
    currency_code
-- deals in a tier of rate zero make lines and no payment
having sum(payout_amount_minor) <> 0
