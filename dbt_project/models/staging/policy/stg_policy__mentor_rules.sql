-- One row per plan component and validity.
with mentor_rules as (
    select * from {{ source('raw_policy', 'mentor_rules') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    mentor_rules.plan_component_key,
    mentor_rules.award_amount,
    {{ to_minor('mentor_rules.award_amount', 'currencies.minor_digits') }} as award_minor,
    mentor_rules.currency_code,
    currencies.minor_digits,
    mentor_rules.least_session_count,
    mentor_rules.progress_measure,
    mentor_rules.least_progress_rate,
    mentor_rules.max_mentee_count,
    mentor_rules.manager_rule,
    mentor_rules.valid_from_date,
    mentor_rules.valid_to_date,
    mentor_rules.approved_by,
    mentor_rules.approved_date
from mentor_rules
left join currencies
    on mentor_rules.currency_code = currencies.currency_code
