-- One row per assignee, measure and period.
with quotas as (
    select * from {{ source('raw_policy', 'quotas') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    quotas.assignee_type,
    quotas.assignee_code,
    quotas.measure,
    quotas.period_key,
    quotas.quota_amount,
    {{ to_minor('quotas.quota_amount', 'currencies.minor_digits') }} as quota_minor,
    quotas.currency_code,
    currencies.minor_digits,
    quotas.approved_by,
    quotas.approved_date
from quotas
left join currencies
    on quotas.currency_code = currencies.currency_code
