-- One row per employee and hire date.
with workers as (
    select * from {{ ref('stg_hr__workers') }}
),

-- a pay row repeats the spell it belongs to; the one written last knows how the spell ended
newest_rows as (
    select
        *,
        row_number() over (
            partition by employee_number, hire_date
            order by
                changed_at desc nulls last,
                compensation_date desc nulls last,
                worker_id_hr desc nulls last
        ) as newest_rank
    from workers
)

select
    {{ surrogate_key(['employee_number']) }} as employee_key,
    employee_number,
    worker_id_hr,
    hire_date,
    coalesce(termination_date, {{ open_end() }}) as termination_date,
    hire_date as valid_from_date,
    case
        when termination_date is null then {{ open_end() }}
        else {{ add_days('termination_date', 1) }}
    end as valid_to_date
from newest_rows
where newest_rank = 1
