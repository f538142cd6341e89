-- One row per measure and period.
with targets as (
    select * from {{ source('raw_policy', 'targets') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    targets.measure,
    targets.period_key,
    targets.target_amount,
    {{ to_minor('targets.target_amount', 'currencies.minor_digits') }} as target_minor,
    targets.currency_code,
    currencies.minor_digits,
    targets.approved_by,
    targets.approved_date
from targets
left join currencies
    on targets.currency_code = currencies.currency_code
