-- One row per value table version, segment and band of win rates.
with coalition_values as (
    select * from {{ ref('int_attribution__coalition_values') }}
),

deal_coalitions as (
    select * from {{ ref('int_contribution__deal_coalitions') }}
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

-- deals closed after their version was fixed, in tenths of what it expected of them
later_deals as (
    select
        coalition_values.value_table_version,
        coalition_values.segment,
        {{ integer_divide('coalition_values.win_rate_units', '100000') }} + 1 as band_number,
        cast(count(*) as bigint) as opportunity_count,
        cast(count(case when deal_coalitions.is_won then 1 end) as bigint) as won_count,
        cast(sum(coalition_values.win_rate_units) as bigint) as expected_units
    from value_versions
    inner join deal_coalitions
        on value_versions.start_date <= deal_coalitions.closed_date
        and deal_coalitions.closed_date < value_versions.end_date
    inner join coalition_values
        on value_versions.value_table_version = coalition_values.value_table_version
        and deal_coalitions.coalition_mask = coalition_values.coalition_mask
        and case
            when value_versions.segment_field = 'opportunity_type'
            then deal_coalitions.opportunity_type
            else 'all'
        end = coalition_values.segment
    group by
        coalition_values.value_table_version,
        coalition_values.segment,
        {{ integer_divide('coalition_values.win_rate_units', '100000') }} + 1
),

sized_deals as (
    select
        later_deals.*,
        later_deals.opportunity_count < company_settings.min_group_size as suppressed
    from later_deals
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
)

select
    value_table_version,
    segment,
    cast(band_number as bigint) as band_number,
    case when not suppressed then opportunity_count end as opportunity_count,
    case when not suppressed then won_count end as won_count,
    case
        when not suppressed
        then {{ rate_from_units(divide_rounded('expected_units', 'opportunity_count')) }}
    end as expected_win_rate,
    case
        when not suppressed
        then {{ rate_from_units(divide_rounded('won_count * 1000000', 'opportunity_count')) }}
    end as observed_win_rate,
    suppressed
from sized_deals
