-- One row per growth project.
with projects as (
    select * from {{ source('raw_policy', 'projects') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    projects.project_key,
    projects.project_name,
    projects.plan_component_key,
    projects.measure,
    projects.opportunity_type,
    projects.lead_source,
    projects.start_date,
    projects.end_date,
    projects.target,
    {{ to_minor('projects.target', 'currencies.minor_digits') }} as target_minor,
    projects.bonus_amount,
    {{ to_minor('projects.bonus_amount', 'currencies.minor_digits') }} as bonus_minor,
    projects.currency_code,
    currencies.minor_digits,
    projects.payout_curve_key,
    projects.approved_by,
    projects.approved_date
from projects
left join currencies
    on projects.currency_code = currencies.currency_code
