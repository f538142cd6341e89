-- Fails if somebody is employed on a day without a position, or holds one while not employed: a gap
-- would take their function, their plan and their pay away for those days (E08).
with employed_days as (
    select
        employee_key,
        sum({{ days_between('valid_from_date', 'valid_to_date') }}) as day_count
    from {{ ref('int_identity__employee_spells') }}
    group by employee_key
),

position_days as (
    select
        employee_key,
        sum({{ days_between('valid_from_date', 'valid_to_date') }}) as day_count
    from {{ ref('int_identity__employee_history') }}
    group by employee_key
)

select employed_days.employee_key
from employed_days
left join position_days
    on employed_days.employee_key = position_days.employee_key
where employed_days.day_count <> coalesce(position_days.day_count, 0)
