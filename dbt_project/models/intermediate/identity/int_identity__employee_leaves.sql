-- One row per employee and uninterrupted stretch of leave.
with worker_leaves as (
    select * from {{ ref('stg_hr__worker_leaves') }}
),

spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

worker_ids as (
    select distinct worker_id_hr, employee_key
    from spells
),

leaves as (
    select
        worker_ids.employee_key,
        worker_leaves.leave_start_date,
        case
            when worker_leaves.leave_end_date is null then {{ open_end() }}
            else {{ add_days('worker_leaves.leave_end_date', 1) }}
        end as leave_end_date,
        worker_leaves.worker_leave_id_hr
    from worker_leaves
    inner join worker_ids
        on worker_leaves.worker_id_hr = worker_ids.worker_id_hr
    where worker_leaves.leave_start_date is not null
),

-- two records of one absence would take the same day away twice
ends_so_far as (
    select
        *,
        max(leave_end_date) over (
            partition by employee_key
            order by
                leave_start_date asc nulls last,
                leave_end_date asc nulls last,
                worker_leave_id_hr asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as latest_end_date
    from leaves
    where leave_start_date < leave_end_date
),

stretches as (
    select
        *,
        sum(case when leave_start_date <= latest_end_date then 0 else 1 end) over (
            partition by employee_key
            order by
                leave_start_date asc nulls last,
                leave_end_date asc nulls last,
                worker_leave_id_hr asc nulls last
            rows between unbounded preceding and current row
        ) as stretch
    from ends_so_far
)

select
    employee_key,
    min(leave_start_date) as leave_start_date,
    max(leave_end_date) as leave_end_date
from stretches
group by employee_key, stretch
