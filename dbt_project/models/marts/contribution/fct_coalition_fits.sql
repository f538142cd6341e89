-- One row per value table version, segment and coalition.
with coalition_values as (
    select * from {{ ref('int_attribution__coalition_values') }}
),

coalitions as (
    select * from {{ ref('int_contribution__coalitions') }}
),

value_versions as (
    select * from {{ ref('int_contribution__value_versions') }}
    where attribution_model = 'team_winrate'
),

compared_values as (
    select
        coalition_values.*,
        coalitions.coalition,
        previous_values.win_rate_units as previous_win_rate_units
    from coalition_values
    inner join coalitions
        on coalition_values.coalition_mask = coalitions.coalition_mask
    left join value_versions
        on coalition_values.value_table_version = value_versions.value_table_version
    left join coalition_values as previous_values
        on value_versions.previous_version = previous_values.value_table_version
        and coalition_values.segment = previous_values.segment
        and coalition_values.coalition_mask = previous_values.coalition_mask
)

select
    value_table_version,
    segment,
    coalition,
    coalition_mask,
    fitted_date,
    opportunity_count,
    won_count,
    prior_weight,
    additive_bend,
    additive_rate,
    {{ rate_from_units('win_rate_units') }} as win_rate,
    {{ rate_from_units('previous_win_rate_units') }} as previous_win_rate
from compared_values
