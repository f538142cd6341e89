-- One row per plan, assignee and validity.
select
    {{ surrogate_key(['plan_key', 'assignee_type', 'assignee_code', 'valid_from_date']) }}
        as plan_assignment_key,
    plan_key,
    assignee_type,
    assignee_code,
    rate_table_key,
    valid_from_date,
    valid_to_date
from {{ ref('stg_policy__plan_assignments') }}
