-- One row per plan, assignee and validity.
select
    plan_key,
    assignee_type,
    assignee_code,
    rate_table_key,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'plan_assignments') }}
