-- One row per plan component and validity.
with recognition_rules as (
    select * from {{ source('raw_policy', 'recognition_rules') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    recognition_rules.plan_component_key,
    recognition_rules.award_amount,
    {{ to_minor('recognition_rules.award_amount', 'currencies.minor_digits') }} as award_minor,
    recognition_rules.currency_code,
    currencies.minor_digits,
    recognition_rules.allowance_per_month,
    recognition_rules.max_per_pair_month,
    recognition_rules.ring_rule,
    recognition_rules.manager_rule,
    recognition_rules.valid_from_date,
    recognition_rules.valid_to_date,
    recognition_rules.approved_by,
    recognition_rules.approved_date
from recognition_rules
left join currencies
    on recognition_rules.currency_code = currencies.currency_code
