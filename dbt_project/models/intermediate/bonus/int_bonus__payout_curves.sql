-- One row per payout curve and point, up to the next.
with payout_curves as (
    select * from {{ ref('stg_policy__payout_curves') }}
),

points as (
    select
        payout_curve_key,
        point,
        interpolation,
        {{ rate_units('attainment') }} as from_units,
        {{ rate_units('payout_rate') }} as from_rate_units
    from payout_curves
)

-- the last point is where a curve ends: what is above pays as it does
select
    payout_curve_key,
    point,
    interpolation,
    from_units,
    lead(from_units) over (
        partition by payout_curve_key order by from_units asc nulls last, point asc nulls last
    ) as to_units,
    from_rate_units,
    coalesce(
        lead(from_rate_units) over (
            partition by payout_curve_key order by from_units asc nulls last, point asc nulls last
        ),
        from_rate_units
    ) as to_rate_units
from points
