-- One row per SPIF and place.
with spif_prizes as (
    select * from {{ source('raw_policy', 'spif_prizes') }}
),

spifs as (
    select * from {{ source('raw_policy', 'spifs') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    spif_prizes.spif_key,
    spif_prizes.place,
    spif_prizes.prize_amount,
    {{ to_minor('spif_prizes.prize_amount', 'currencies.minor_digits') }} as prize_minor,
    spifs.currency_code,
    currencies.minor_digits
from spif_prizes
left join spifs
    on spif_prizes.spif_key = spifs.spif_key
left join currencies
    on spifs.currency_code = currencies.currency_code
