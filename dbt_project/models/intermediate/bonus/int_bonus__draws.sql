-- One row per payee, plan component and ended period from the payee's first draw on.
with employees as (
    select * from {{ ref('int_identity__employees') }}
),

draws as (
    select
        employees.employee_key as payee_employee_key,
        draws.*
    from {{ ref('stg_policy__draws') }} as draws
    inner join employees
        on draws.employee_number = employees.employee_number
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where is_live and is_ended and component_type = 'commission'
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
    where is_eligible
),

-- What is held pays nobody's rent: only what may be paid counts against a draw.
earned as (
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        cast(sum(earned_minor) as bigint) as earned_minor
    from (
        select payee_employee_key, plan_component_key, period_key, released_minor as earned_minor
        from {{ ref('int_bonus__released_commissions') }}
        where hold_reason_code is null
        union all
        select payee_employee_key, plan_component_key, period_key, entitled_minor as earned_minor
        from {{ ref('int_bonus__stated_earnings') }}
        where cause = 'adjustment'
    ) as earnings
    group by payee_employee_key, plan_component_key, period_key
),

-- A draw is for a whole period; one that runs for a part of it is for the days it runs.
promised as (
    select
        draws.payee_employee_key,
        component_periods.plan_component_key,
        component_periods.period_key,
        component_periods.plan_version,
        component_periods.currency_code,
        component_periods.start_date,
        {%- for type in ['recoverable', 'guarantee', 'forgiveness'] %}
        {{ divide_rounded(
            wide_integer(
                "sum(case when draws.draw_type = '" ~ type ~ "' then draws.draw_minor * "
                ~ shared_days(
                    ['draws.valid_from_date', 'component_periods.start_date'],
                    ['draws.valid_to_date', 'component_periods.end_date']
                ) ~ ' else 0 end)'
            ),
            'component_periods.period_days'
        ) }} as {{ type }}_minor{{ ',' if not loop.last }}
        {%- endfor %}
    from draws
    inner join component_periods
        on draws.plan_component_key = component_periods.plan_component_key
        and draws.valid_from_date < component_periods.end_date
    inner join eligibility
        on draws.payee_employee_key = eligibility.employee_key
        and component_periods.plan_component_key = eligibility.plan_component_key
        and component_periods.period_key = eligibility.period_key
    group by
        draws.payee_employee_key,
        component_periods.plan_component_key,
        component_periods.period_key,
        component_periods.plan_version,
        component_periods.currency_code,
        component_periods.start_date,
        component_periods.period_days
),

-- A guarantee is topped up to first and never comes back; pay never falls below the larger of
-- the two while they run (M01).
floors as (
    select
        promised.*,
        coalesce(earned.earned_minor, 0) as earned_minor,
        greatest(promised.guarantee_minor - coalesce(earned.earned_minor, 0), 0)
            as topped_up_minor,
        greatest(promised.recoverable_minor, promised.guarantee_minor)
            - greatest(coalesce(earned.earned_minor, 0), promised.guarantee_minor) as short_minor
    from promised
    left join earned
        on promised.payee_employee_key = earned.payee_employee_key
        and promised.plan_component_key = earned.plan_component_key
        and promised.period_key = earned.period_key
),

-- What is still owed at the end of a period may be written off, up to what policy forgives.
steps as (
    select
        payee_employee_key, plan_component_key, period_key, start_date,
        1 as step,
        short_minor as change_minor
    from floors
    union all
    select
        payee_employee_key, plan_component_key, period_key, start_date,
        2 as step,
        -forgiveness_minor as change_minor
    from floors
),

summed as (
    select
        steps.*,
        cast(sum(change_minor) over (
            partition by payee_employee_key, plan_component_key
            order by start_date asc nulls last, step asc nulls last
            rows between unbounded preceding and current row
        ) as bigint) as change_to_date_minor
    from steps
),

-- balance = greatest(0, balance before + change): the sum to date above its lowest point.
balanced as (
    select
        summed.*,
        change_to_date_minor - least(0, min(change_to_date_minor) over (
            partition by payee_employee_key, plan_component_key
            order by start_date asc nulls last, step asc nulls last
            rows between unbounded preceding and current row
        )) as balance_minor
    from summed
),

balances as (
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        max(case when step = 1 then balance_minor end) as owed_minor,
        max(case when step = 2 then balance_minor end) as balance_minor
    from balanced
    group by payee_employee_key, plan_component_key, period_key
),

moved as (
    select
        floors.*,
        balances.owed_minor,
        balances.balance_minor,
        coalesce(lag(balances.balance_minor) over (
            partition by floors.payee_employee_key, floors.plan_component_key
            order by floors.start_date asc nulls last
        ), 0) as balance_before_minor
    from floors
    inner join balances
        on floors.payee_employee_key = balances.payee_employee_key
        and floors.plan_component_key = balances.plan_component_key
        and floors.period_key = balances.period_key
)

select
    payee_employee_key,
    plan_component_key,
    period_key,
    plan_version,
    start_date,
    earned_minor,
    recoverable_minor,
    guarantee_minor,
    forgiveness_minor,
    topped_up_minor,
    balance_before_minor,
    greatest(owed_minor - balance_before_minor, 0) as advanced_minor,
    greatest(balance_before_minor - owed_minor, 0) as recovered_minor,
    owed_minor - balance_minor as forgiven_minor,
    balance_minor,
    earned_minor + topped_up_minor + owed_minor - balance_before_minor as pay_minor,
    currency_code
from moved
