-- One row per employee, plan component and period for which somebody might be paid.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

participants as (
    select * from {{ ref('int_bonus__plan_participants') }}
),

spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

compensation as (
    select * from {{ ref('int_identity__employee_compensation') }}
),

fx_rates as (
    select * from {{ ref('stg_policy__fx_rates') }}
),

ratings as (
    select
        employees.employee_key,
        ratings.rating,
        ratings.valid_from_date,
        ratings.valid_to_date
    from {{ ref('stg_policy__employee_ratings') }} as ratings
    inner join {{ ref('int_identity__employees') }} as employees
        on ratings.employee_number = employees.employee_number
),

signatures as (
    select
        employees.employee_key,
        signatures.plan_key,
        signatures.plan_version
    from {{ ref('stg_policy__plan_signatures') }} as signatures
    cross join night
    inner join {{ ref('int_identity__employees') }} as employees
        on signatures.employee_number = employees.employee_number
    where signatures.signed_date <= night.run_date
),

-- Paid by credit of the period: by deal for components that pay deals, by share for pools.
credited as (
    select distinct
        payee_employee_key as employee_key,
        plan_component_key,
        period_key
    from {{ ref('int_bonus__credits') }}
    union distinct
    select
        contribution_credits.employee_key,
        component_periods.plan_component_key,
        component_periods.period_key
    from {{ ref('fct_contribution_credits') }} as contribution_credits
    inner join component_periods
        on component_periods.share_rule = 'contribution_credit'
        and component_periods.is_live
        and component_periods.start_date <= contribution_credits.incentive_date
        and contribution_credits.incentive_date < component_periods.end_date
    where contribution_credits.book = 'contribution'
        and contribution_credits.is_paid_model
        and contribution_credits.employee_key is not null
),

-- A rehired person counts from the newest spell: service does not bridge (E06).
ranked_spells as (
    select
        spells.employee_key,
        spells.valid_from_date as hired_date,
        spells.valid_to_date as left_date,
        component_periods.plan_component_key,
        component_periods.period_key,
        row_number() over (
            partition by
                spells.employee_key,
                component_periods.plan_component_key,
                component_periods.period_key
            order by spells.valid_from_date desc nulls last
        ) as spell_rank
    from spells
    inner join component_periods
        on spells.valid_from_date < component_periods.end_date
),

people as (
    select
        ranked_spells.*,
        credited.employee_key is not null as has_credit
    from ranked_spells
    inner join component_periods
        on ranked_spells.plan_component_key = component_periods.plan_component_key
        and ranked_spells.period_key = component_periods.period_key
    left join credited
        on ranked_spells.employee_key = credited.employee_key
        and ranked_spells.plan_component_key = credited.plan_component_key
        and ranked_spells.period_key = credited.period_key
    where ranked_spells.spell_rank = 1
        and (
            ranked_spells.left_date > component_periods.start_date
            or credited.employee_key is not null
        )
),

-- when somebody holds a plan while its component is in force in the period
held_plans as (
    select
        participants.employee_key,
        component_periods.plan_component_key,
        component_periods.period_key,
        component_periods.currency_code,
        component_periods.last_date,
        component_periods.is_paid_by_salary,
        greatest(participants.valid_from_date, component_periods.plan_from_date) as from_date,
        least(participants.valid_to_date, component_periods.plan_to_date) as to_date
    from component_periods
    inner join participants
        on component_periods.plan_key = participants.plan_key
        and participants.valid_from_date < component_periods.plan_to_date
        and component_periods.plan_from_date < participants.valid_to_date
),

assigned_days as (
    select
        employee_key,
        plan_component_key,
        period_key,
        cast(sum(
            greatest({{ days_between('from_date', 'to_date') }}, 0)
        ) as bigint) as assigned_days
    from held_plans
    group by employee_key, plan_component_key, period_key
),

-- Pay in another currency is converted at the rate of the period's last day, before it is added.
paid_spans as (
    select
        held_plans.employee_key,
        held_plans.plan_component_key,
        held_plans.period_key,
        case
            when compensation.currency_code = held_plans.currency_code
            then compensation.annual_base_pay_minor
            else {{ convert_minor(
                'compensation.annual_base_pay_minor',
                'fx_rates.from_minor_digits', 'fx_rates.fx_rate', 'fx_rates.to_minor_digits'
            ) }}
        end as annual_base_pay_minor,
        {{ shared_days(
            ['held_plans.from_date', 'compensation.valid_from_date'],
            ['held_plans.to_date', 'compensation.valid_to_date']
        ) }} as paid_days
    from held_plans
    inner join compensation
        on held_plans.employee_key = compensation.employee_key
        and compensation.valid_from_date < held_plans.to_date
        and held_plans.from_date < compensation.valid_to_date
    left join fx_rates
        on compensation.currency_code = fx_rates.from_currency_code
        and held_plans.currency_code = fx_rates.to_currency_code
        and {{ in_force('held_plans.last_date', 'fx_rates') }}
    where held_plans.is_paid_by_salary
),

salary_days as (
    select
        employee_key,
        plan_component_key,
        period_key,
        cast(sum(annual_base_pay_minor * paid_days) as bigint) as salary_days_minor,
        cast(sum(case when annual_base_pay_minor is not null then paid_days end) as bigint)
            as paid_days
    from paid_spans
    group by employee_key, plan_component_key, period_key
),

quotas as (
    select * from {{ ref('int_bonus__quotas') }}
),

leave_days as (
    select
        leaves.employee_key,
        component_periods.plan_component_key,
        component_periods.period_key,
        cast(sum({{ shared_days(
            ['leaves.leave_start_date', 'component_periods.start_date'],
            ['leaves.leave_end_date', 'component_periods.end_date']
        ) }}) as bigint) as leave_days
    from component_periods
    inner join {{ ref('int_identity__employee_leaves') }} as leaves
        on leaves.leave_start_date < component_periods.end_date
        and component_periods.start_date < leaves.leave_end_date
    where component_periods.max_leave_days is not null
    group by
        leaves.employee_key, component_periods.plan_component_key, component_periods.period_key
)

select
    people.employee_key,
    people.plan_component_key,
    people.period_key,
    people.hired_date,
    people.left_date,
    {{ days_between(
        'people.hired_date', 'least(people.left_date, component_periods.end_date)'
    ) }} as service_days,
    coalesce(assigned_days.assigned_days, 0) as assigned_days,
    coalesce(leave_days.leave_days, 0) as leave_days,
    coalesce(salary_days.paid_days, 0) as paid_days,
    salary_days.salary_days_minor,
    quotas.quota_minor,
    ratings.rating,
    signatures.employee_key is not null as is_signed,
    people.has_credit,
    -- a notice known ahead makes no leaver: only a spell that is over does
    people.left_date <= night.run_date as is_leaver
from people
cross join night
inner join component_periods
    on people.plan_component_key = component_periods.plan_component_key
    and people.period_key = component_periods.period_key
left join assigned_days
    on people.employee_key = assigned_days.employee_key
    and people.plan_component_key = assigned_days.plan_component_key
    and people.period_key = assigned_days.period_key
left join leave_days
    on people.employee_key = leave_days.employee_key
    and people.plan_component_key = leave_days.plan_component_key
    and people.period_key = leave_days.period_key
left join salary_days
    on people.employee_key = salary_days.employee_key
    and people.plan_component_key = salary_days.plan_component_key
    and people.period_key = salary_days.period_key
left join quotas
    on people.employee_key = quotas.payee_employee_key
    and people.period_key = quotas.period_key
    and component_periods.measure = quotas.measure
left join ratings
    on people.employee_key = ratings.employee_key
    and {{ in_force('component_periods.last_date', 'ratings') }}
left join signatures
    on people.employee_key = signatures.employee_key
    and component_periods.plan_key = signatures.plan_key
    and component_periods.plan_version = signatures.plan_version
