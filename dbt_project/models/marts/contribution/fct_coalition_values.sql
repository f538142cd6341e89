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

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

compared_values as (
    select
        coalition_values.*,
        coalitions.coalition,
        previous_values.win_rate_units as previous_win_rate_units,
        company_settings.min_group_size
    from coalition_values
    inner join coalitions
        on coalition_values.coalition_mask = coalitions.coalition_mask
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
    left join value_versions
        on coalition_values.value_table_version = value_versions.value_table_version
    left join coalition_values as previous_values
        on value_versions.previous_version = previous_values.value_table_version
        and coalition_values.segment = previous_values.segment
        and coalition_values.coalition_mask = previous_values.coalition_mask
)

-- how a handful of deals went may be one person's work (P02): such counts are not shown
select
    value_table_version,
    segment,
    coalition,
    coalition_mask,
    fitted_date,
    case
        when opportunity_count = 0 or opportunity_count >= min_group_size then opportunity_count
    end as opportunity_count,
    case
        when opportunity_count = 0 or opportunity_count >= min_group_size then won_count
    end as won_count,
    prior_weight,
    additive_bend,
    additive_rate,
    {{ rate_from_units('win_rate_units') }} as win_rate,
    {{ rate_from_units('previous_win_rate_units') }} as previous_win_rate,
    opportunity_count between 1 and min_group_size - 1 as suppressed
from compared_values
