-- One row per validity of the company's settings.
with company_settings as (
    select * from {{ source('raw_policy', 'company_settings') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    company_settings.company_name,
    company_settings.time_zone,
    company_settings.plan_currency_code,
    currencies.minor_digits as plan_minor_digits,
    company_settings.go_live_date,
    company_settings.restatement_horizon_days,
    company_settings.min_group_size,
    company_settings.clock_skew_minutes,
    company_settings.broadcast_limit,
    company_settings.least_rating_count,
    company_settings.invoice_rule,
    company_settings.valid_from_date,
    company_settings.valid_to_date
from company_settings
left join currencies
    on company_settings.plan_currency_code = currencies.currency_code
