-- One row per fitted attribution model and period for which its values are fitted.
with attribution_settings as (
    select * from {{ ref('stg_policy__attribution_settings') }}
),

fiscal_calendar as (
    select * from {{ ref('stg_policy__fiscal_calendar') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
)

-- what policy says on the first day of the period holds for all of it
select
    attribution_settings.attribution_model,
    fiscal_calendar.period_key as value_table_version,
    lag(fiscal_calendar.period_key) over versions as previous_version,
    lag(fiscal_calendar.start_date) over versions as previous_start_date,
    fiscal_calendar.start_date,
    fiscal_calendar.end_date,
    coalesce(attribution_settings.segment_field, 'all') as segment_field,
    coalesce(attribution_settings.least_opportunity_count, 1) as least_opportunity_count,
    coalesce(attribution_settings.prior_weight, 0) as prior_weight,
    coalesce(attribution_settings.effect_prior_weight, 0) as effect_prior_weight,
    coalesce(attribution_settings.chain_order, 1) as chain_order
from fiscal_calendar
cross join nights
inner join attribution_settings
    on fiscal_calendar.period_type = attribution_settings.refit_period_type
    and {{ in_force('fiscal_calendar.start_date', 'attribution_settings') }}
    and attribution_settings.is_enabled
where fiscal_calendar.start_date <= nights.run_date
window versions as (
    partition by attribution_settings.attribution_model
    order by fiscal_calendar.start_date asc nulls last
)
