-- One row per growth project and member.
select
    project_key,
    employee_number,
    share
from {{ source('raw_policy', 'project_members') }}
