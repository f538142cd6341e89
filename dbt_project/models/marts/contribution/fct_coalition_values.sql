-- One row per value table version, segment and coalition.
with coalition_fits as (
    select * from {{ ref('fct_coalition_fits') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

-- how a handful of deals went may be one person's work (P02), and an exact rate tells of how many
-- deals it is
sized_fits as (
    select
        coalition_fits.*,
        company_settings.min_group_size,
        coalition_fits.opportunity_count between 1 and company_settings.min_group_size - 1
            as suppressed
    from coalition_fits
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
)

-- in whole groups and in tenths: two versions side by side are about the deals between them, and
-- those may be a handful although neither version is
select
    value_table_version,
    segment,
    coalition,
    coalition_mask,
    fitted_date,
    case
        when not suppressed
        then min_group_size * {{ integer_divide('opportunity_count', 'min_group_size') }}
    end as opportunity_count,
    case when not suppressed then cast(round(win_rate, 1) as decimal(9, 6)) end as win_rate,
    suppressed
from sized_fits
