-- One row per book, attribution model and validity.
select
    book,
    attribution_model,
    is_enabled,
    is_paid,
    first_touch_rate,
    lead_created_rate,
    opportunity_created_rate,
    last_touch_rate,
    other_touch_rate,
    half_life_days,
    refit_period_type,
    segment_field,
    least_opportunity_count,
    prior_weight,
    effect_prior_weight,
    chain_order,
    negative_value_rule,
    value_table_version,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'attribution_settings') }}
