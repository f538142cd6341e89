-- One row per employee, plan component and period.
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

assigned_days as (
    select
        participants.employee_key,
        component_periods.plan_component_key,
        component_periods.period_key,
        cast(sum({{ shared_days(
            ['participants.valid_from_date', 'component_periods.plan_from_date'],
            ['participants.valid_to_date', 'component_periods.plan_to_date']
        ) }}) as bigint) as assigned_days
    from component_periods
    inner join participants
        on component_periods.plan_key = participants.plan_key
        and participants.valid_from_date < component_periods.plan_to_date
        and component_periods.plan_from_date < participants.valid_to_date
    group by
        participants.employee_key,
        component_periods.plan_component_key,
        component_periods.period_key
),

-- Pay in another currency is converted at the rate of the period's last day, before it is added.
paid_spans as (
    select
        participants.employee_key,
        component_periods.plan_component_key,
        component_periods.period_key,
        case
            when compensation.currency_code = component_periods.currency_code
            then compensation.annual_base_pay_minor
            else {{ convert_minor(
                'compensation.annual_base_pay_minor',
                'fx_rates.from_minor_digits', 'fx_rates.fx_rate', 'fx_rates.to_minor_digits'
            ) }}
        end as annual_base_pay_minor,
        {{ shared_days(
            ['participants.valid_from_date', 'component_periods.plan_from_date',
             'compensation.valid_from_date'],
            ['participants.valid_to_date', 'component_periods.plan_to_date',
             'compensation.valid_to_date']
        ) }} as paid_days
    from component_periods
    inner join participants
        on component_periods.plan_key = participants.plan_key
        and participants.valid_from_date < component_periods.plan_to_date
        and component_periods.plan_from_date < participants.valid_to_date
    inner join compensation
        on participants.employee_key = compensation.employee_key
        and compensation.valid_from_date
            < least(participants.valid_to_date, component_periods.plan_to_date)
        and compensation.valid_to_date
            > greatest(participants.valid_from_date, component_periods.plan_from_date)
    left join fx_rates
        on compensation.currency_code = fx_rates.from_currency_code
        and component_periods.currency_code = fx_rates.to_currency_code
        and {{ in_force('component_periods.last_date', 'fx_rates') }}
    where component_periods.is_paid_by_salary
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

judged as (
    select
        people.employee_key,
        people.plan_component_key,
        people.period_key,
        component_periods.plan_version,
        component_periods.currency_code,
        people.hired_date,
        people.left_date,
        component_periods.period_days,
        coalesce(assigned_days.assigned_days, 0) as assigned_days,
        salary_days.salary_days_minor,
        people.has_credit,
        -- a notice known ahead makes no leaver: only a spell that is over does
        people.left_date <= night.run_date as is_leaver,
        case
            -- credit without assigned days is a leaver's: measured, then sent to review (C07)
            when coalesce(assigned_days.assigned_days, 0) = 0
                and not (people.has_credit and people.left_date <= night.run_date)
            then 'not_assigned'
            when {{ days_between(
                'people.hired_date',
                'least(people.left_date, component_periods.end_date)'
            ) }} < component_periods.min_service_days
            then 'min_service_days'
            when component_periods.must_be_employed_at_end
                and people.left_date < component_periods.end_date
            then 'employed_at_period_end'
        end as ineligible_reason_code,
        case
            when not component_periods.is_live then 'before_go_live'
            when people.left_date <= night.run_date
                and (
                    component_periods.must_be_active_at_payment
                    or component_periods.leaver_rule = 'review'
                )
            then 'left_before_payment'
            when component_periods.component_type = 'commission'
                and component_periods.order_fixed_minor is null
                and coalesce(quotas.quota_minor, 0) <= 0
            then case when quotas.quota_minor is null then 'quota_missing' else 'quota_zero' end
            when component_periods.is_paid_by_salary
                and coalesce(salary_days.paid_days, 0) < coalesce(assigned_days.assigned_days, 0)
            then 'salary_missing'
        end as unpaid_reason_code
    from people
    cross join night
    inner join component_periods
        on people.plan_component_key = component_periods.plan_component_key
        and people.period_key = component_periods.period_key
    left join assigned_days
        on people.employee_key = assigned_days.employee_key
        and people.plan_component_key = assigned_days.plan_component_key
        and people.period_key = assigned_days.period_key
    left join salary_days
        on people.employee_key = salary_days.employee_key
        and people.plan_component_key = salary_days.plan_component_key
        and people.period_key = salary_days.period_key
    left join quotas
        on people.employee_key = quotas.payee_employee_key
        and people.period_key = quotas.period_key
        and component_periods.measure = quotas.measure
)

select
    employee_key,
    plan_component_key,
    period_key,
    plan_version,
    currency_code,
    hired_date,
    left_date,
    period_days,
    assigned_days,
    cast({{ divide_rounded('assigned_days * 1000000', 'period_days') }} as decimal(18, 0))
        * cast(0.000001 as decimal(7, 6)) as proration_factor,
    salary_days_minor,
    ineligible_reason_code is null as is_eligible,
    ineligible_reason_code,
    ineligible_reason_code is null and unpaid_reason_code is null as is_payout_eligible,
    coalesce(ineligible_reason_code, unpaid_reason_code) as payout_ineligible_reason_code,
    has_credit,
    is_leaver
from judged
