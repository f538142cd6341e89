-- One row per SPIF.
with spifs as (
    select * from {{ source('raw_policy', 'spifs') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    spifs.spif_key,
    spifs.spif_name,
    spifs.plan_component_key,
    spifs.measure,
    spifs.opportunity_type,
    spifs.start_date,
    spifs.end_date,
    spifs.award_type,
    spifs.award_amount,
    {{ to_minor('spifs.award_amount', 'currencies.minor_digits') }} as award_minor,
    spifs.least_value,
    {{ to_minor('spifs.least_value', 'currencies.minor_digits') }} as least_minor,
    spifs.tie_rule,
    spifs.budget_amount,
    {{ to_minor('spifs.budget_amount', 'currencies.minor_digits') }} as budget_minor,
    spifs.currency_code,
    currencies.minor_digits,
    spifs.approved_by,
    spifs.approved_date
from spifs
left join currencies
    on spifs.currency_code = currencies.currency_code
