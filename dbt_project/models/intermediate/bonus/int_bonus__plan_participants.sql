-- One row per employee, plan and span of days in which one assignment decides.
with employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

plan_assignments as (
    select * from {{ ref('stg_policy__plan_assignments') }}
),

spans as (
    select
        employee_history.employee_key,
        plan_assignments.plan_key,
        plan_assignments.assignee_type,
        plan_assignments.rate_table_key,
        -- the narrower an assignment, the more it knows about the person
        case plan_assignments.assignee_type
            when 'employee' then 1 when 'job_profile' then 2 when 'function' then 3 else 4
        end as precedence,
        plan_assignments.valid_from_date as assigned_from_date,
        greatest(employee_history.valid_from_date, plan_assignments.valid_from_date)
            as valid_from_date,
        least(employee_history.valid_to_date, plan_assignments.valid_to_date) as valid_to_date
    from employee_history
    inner join plan_assignments
        on employee_history.valid_from_date < plan_assignments.valid_to_date
        and plan_assignments.valid_from_date < employee_history.valid_to_date
        and plan_assignments.assignee_code = case plan_assignments.assignee_type
            when 'everyone' then plan_assignments.assignee_code
            when 'function' then employee_history.function
            when 'job_profile' then employee_history.job_profile_id
            when 'employee' then employee_history.employee_number
        end
),

edges as (
    select employee_key, plan_key, valid_from_date as edge_date from spans
    union distinct
    select employee_key, plan_key, valid_to_date as edge_date from spans
),

stretches as (
    select
        employee_key,
        plan_key,
        edge_date as valid_from_date,
        lead(edge_date) over (
            partition by employee_key, plan_key order by edge_date asc nulls last
        ) as valid_to_date
    from edges
),

ranked_assignments as (
    select
        stretches.employee_key,
        stretches.plan_key,
        spans.assignee_type,
        spans.rate_table_key,
        stretches.valid_from_date,
        stretches.valid_to_date,
        row_number() over (
            partition by stretches.employee_key, stretches.plan_key, stretches.valid_from_date
            order by
                spans.precedence asc nulls last,
                spans.assigned_from_date desc nulls last,
                spans.rate_table_key asc nulls last
        ) as assignment_rank
    from stretches
    inner join spans
        on stretches.employee_key = spans.employee_key
        and stretches.plan_key = spans.plan_key
        and spans.valid_from_date <= stretches.valid_from_date
        and stretches.valid_to_date <= spans.valid_to_date
)

select
    employee_key,
    plan_key,
    assignee_type,
    rate_table_key,
    valid_from_date,
    valid_to_date
from ranked_assignments
where assignment_rank = 1
