-- One row per currency.
select
    currency_code,
    currency_name,
    minor_digits
from {{ source('raw_policy', 'currencies') }}
