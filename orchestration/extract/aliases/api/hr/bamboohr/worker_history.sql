-- One row per employee and day from which a pay took effect, and one per time of employment without
-- any pay. Whoever came back began anew with the first status after a termination. Pay by the day or
-- the hour is no pay a year: how many of them are worked is not told.
with

statuses as (
    select
        "employeeId" as worker_id,
        cast("date" as date) as status_date,
        "employmentStatus" = 'Terminated' as is_end,
        lag("employmentStatus") over (
            partition by "employeeId" order by cast("date" as date) asc, cast(id as bigint) asc
        ) as status_before
    from source.employment
    where "date" <> '0000-00-00'
),

beginnings as (
    select
        worker_id,
        status_date,
        row_number() over (partition by worker_id order by status_date asc) as time_number,
        lead(status_date) over (partition by worker_id order by status_date asc) as next_date
    from statuses
    where not is_end and coalesce(status_before, 'Terminated') = 'Terminated'
),

times as (
    select
        employee."employeeId" as worker_id,
        coalesce(nullif(employee."employeeNumber", ''), employee."employeeId") as worker_code,
        -- of one time the employee's own day stands, of the first of several the original one
        case
            when beginnings.time_number = 1 and beginnings.next_date is not null
                then coalesce(
                    cast(nullif(employee."originalHireDate", '0000-00-00') as date),
                    beginnings.status_date
                )
            when beginnings.time_number > 1 then beginnings.status_date
            else coalesce(
                cast(nullif(employee."hireDate", '0000-00-00') as date), beginnings.status_date
            )
        end as hire_date,
        cast(nullif(employee."originalHireDate", '0000-00-00') as date) as original_hire_date,
        coalesce(
            (
                select min(statuses.status_date)
                from statuses
                where statuses.worker_id = beginnings.worker_id
                    and statuses.is_end
                    and statuses.status_date >= beginnings.status_date
                    and statuses.status_date <= coalesce(beginnings.next_date, statuses.status_date)
            ),
            case
                when beginnings.next_date is null
                    then cast(nullif(employee."terminationDate", '0000-00-00') as date)
            end
        ) as termination_date,
        coalesce(beginnings.time_number, 1) as time_number
    from source.employee
    left join beginnings
        on employee."employeeId" = beginnings.worker_id
),

pays as (
    select
        "employeeId" as worker_id,
        cast("startDate" as date) as pay_date,
        case when rate[1] = '{' then rate ->> 'value' else split_part(rate, ' ', 1) end as amount,
        case when rate[1] = '{' then rate ->> 'currency' else split_part(rate, ' ', 2) end as currency,
        case "paidPer"
            when 'Year' then 1 when 'Quarter' then 4 when 'Month' then 12 when 'Week' then 52
        end as times_a_year,
        row_number() over (
            partition by "employeeId", "startDate" order by cast(id as bigint) desc
        ) as entry_rank
    from source.pay
    where "startDate" <> '0000-00-00'
),

-- a pay belongs to the time in which it took effect, one from before the first to the first
dated_pays as (
    select
        pays.worker_id,
        pays.pay_date,
        pays.amount,
        pays.currency,
        pays.times_a_year,
        coalesce(max(times.time_number), 1) as time_number
    from pays
    left join times
        on pays.worker_id = times.worker_id
        and pays.pay_date >= times.hire_date
    where pays.entry_rank = 1
    group by all
)

select
    times.worker_id as id,
    times.worker_code,
    times.hire_date,
    times.original_hire_date,
    times.termination_date,
    coalesce(dated_pays.pay_date, times.hire_date) as compensation_effective_date,
    cast(dated_pays.amount as decimal(24, 6)) * dated_pays.times_a_year
        as annual_currency_summary_total_base_pay,
    nullif(dated_pays.currency, '') as annual_currency_summary_currency,
    coalesce(changed."lastChanged", '1970-01-01T00:00:00Z') as _fivetran_start
from times
left join dated_pays
    on times.worker_id = dated_pays.worker_id
    and times.time_number = dated_pays.time_number
left join source.changed
    on times.worker_id = changed.id
