-- One row per employee, as now.
with employees as (
    select * from {{ ref('int_identity__employees') }}
),

spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

employee_history as (
    select * from {{ ref('dim_employee_history') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

-- who left is shown as they were last, who has not begun as they will begin
newest_spells as (
    select
        *,
        row_number() over (
            partition by employee_key order by hire_date desc nulls last
        ) as newest_rank
    from spells
),

ranked_history as (
    select
        employee_history.*,
        row_number() over (
            partition by employee_history.employee_key
            order by
                case
                    when employee_history.is_active then 0
                    when employee_history.valid_to_date <= nights.run_date then 1
                    else 2
                end asc nulls last,
                case
                    when employee_history.valid_to_date <= nights.run_date
                    then {{ days_between(
                        'employee_history.valid_from_date', 'nights.run_date'
                    ) }}
                    else {{ days_between(
                        'nights.run_date', 'employee_history.valid_from_date'
                    ) }}
                end asc nulls last
        ) as history_rank
    from employee_history
    cross join nights
)

select
    employees.employee_key,
    employees.employee_number,
    employees.employee_name,
    employees.email,
    coalesce(ranked_history.function, 'unassigned') as function,
    coalesce(ranked_history.team, 'unassigned') as team,
    ranked_history.job_profile_id,
    ranked_history.manager_employee_key,
    newest_spells.hire_date,
    nullif(newest_spells.termination_date, {{ open_end() }}) as termination_date,
    coalesce(ranked_history.fte_rate, cast(0 as decimal(9, 6))) as fte_rate,
    coalesce(ranked_history.is_active, false) as is_active
from employees
inner join newest_spells
    on employees.employee_key = newest_spells.employee_key
    and newest_spells.newest_rank = 1
left join ranked_history
    on employees.employee_key = ranked_history.employee_key
    and ranked_history.history_rank = 1
