-- One row per plan component, goal and validity.
select
    plan_component_key,
    goal_key,
    subject,
    function,
    measure,
    goal,
    direction,
    weight,
    payout_curve_key,
    least_record_count,
    unscored_rule,
    valid_from_date,
    valid_to_date,
    approved_by,
    approved_date
from {{ source('raw_policy', 'component_goals') }}
