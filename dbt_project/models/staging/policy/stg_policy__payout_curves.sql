-- One row per payout curve and point.
select
    payout_curve_key,
    point,
    attainment,
    payout_rate,
    interpolation
from {{ source('raw_policy', 'payout_curves') }}
