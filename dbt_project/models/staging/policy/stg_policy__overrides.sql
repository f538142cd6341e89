-- One row per override.
with overrides as (
    select * from {{ source('raw_policy', 'overrides') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    overrides.override_id,
    overrides.overridden_input,
    overrides.employee_number,
    {{ sf_id_18('overrides.opportunity_id') }} as opportunity_id_crm,
    overrides.book,
    overrides.measure,
    overrides.period_key,
    overrides.override_amount,
    {{ to_minor('overrides.override_amount', 'currencies.minor_digits') }} as override_minor,
    overrides.currency_code,
    currencies.minor_digits,
    overrides.reason,
    overrides.requested_by,
    overrides.approved_by,
    overrides.approved_date,
    overrides.valid_from_date,
    overrides.valid_to_date
from overrides
left join currencies
    on overrides.currency_code = currencies.currency_code
