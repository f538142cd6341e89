-- One row per won opportunity and fitted attribution model.
with deal_coalitions as (
    select * from {{ ref('int_contribution__deal_coalitions') }}
),

attribution_settings as (
    select * from {{ ref('stg_policy__attribution_settings') }}
),

fiscal_calendar as (
    select * from {{ ref('stg_policy__fiscal_calendar') }}
)

-- the values of the period of the win, unless policy names others
select
    deal_coalitions.opportunity_key,
    attribution_settings.attribution_model,
    coalesce(attribution_settings.value_table_version, fiscal_calendar.period_key)
        as value_table_version,
    case
        when attribution_settings.segment_field = 'opportunity_type'
        then deal_coalitions.opportunity_type
        else 'all'
    end as segment,
    deal_coalitions.coalition_mask,
    coalesce(attribution_settings.negative_value_rule, 'floor_at_zero') as negative_value_rule
from deal_coalitions
inner join attribution_settings
    on {{ in_force('deal_coalitions.won_date', 'attribution_settings') }}
    and attribution_settings.book = 'contribution'
    and attribution_settings.is_enabled
    and attribution_settings.refit_period_type is not null
left join fiscal_calendar
    on attribution_settings.refit_period_type = fiscal_calendar.period_type
    and fiscal_calendar.start_date <= deal_coalitions.won_date
    and deal_coalitions.won_date < fiscal_calendar.end_date
where deal_coalitions.is_won and not deal_coalitions.is_held
