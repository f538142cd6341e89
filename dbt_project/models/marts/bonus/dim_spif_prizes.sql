-- One row per SPIF and place.
select
    spif_key,
    place,
    prize_minor,
    currency_code
from {{ ref('stg_policy__spif_prizes') }}
