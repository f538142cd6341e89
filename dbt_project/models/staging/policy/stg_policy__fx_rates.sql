-- One row per pair of currencies and validity.
with fx_rates as (
    select * from {{ source('raw_policy', 'fx_rates') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    fx_rates.from_currency_code,
    fx_rates.to_currency_code,
    fx_rates.fx_rate,
    fx_rates.rate_source,
    fx_rates.valid_from_date,
    fx_rates.valid_to_date,
    from_currencies.minor_digits as from_minor_digits,
    to_currencies.minor_digits as to_minor_digits
from fx_rates
left join currencies as from_currencies
    on fx_rates.from_currency_code = from_currencies.currency_code
left join currencies as to_currencies
    on fx_rates.to_currency_code = to_currencies.currency_code
