-- One row per plan component, pay gate and period that has begun.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

pay_gates as (
    select * from {{ ref('stg_policy__pay_gates') }}
),

measurements as (
    select * from {{ ref('int_bonus__measurements') }}
),

-- all that a component would pay if its gates open: after them, nothing else may be paid (G02)
component_costs as (
    select
        plan_component_key,
        period_key,
        cast(sum(cost_minor) as bigint) as cost_minor
    from (
        select plan_component_key, period_key, bonus_minor as cost_minor
        from {{ ref('int_bonus__success_bonuses') }}
        union all
        select plan_component_key, period_key, offered_minor as cost_minor
        from {{ ref('int_bonus__pool_funding') }}
        union all
        select plan_component_key, period_key, entitled_minor as cost_minor
        from {{ ref('int_bonus__awards') }}
        union all
        select
            commissions.plan_component_key,
            commissions.period_key,
            commissions.commission_minor as cost_minor
        from {{ ref('int_bonus__capped_commissions') }} as commissions
        inner join {{ ref('int_bonus__eligibility') }} as eligibility
            on commissions.payee_employee_key = eligibility.employee_key
            and commissions.plan_component_key = eligibility.plan_component_key
            and commissions.period_key = eligibility.period_key
            and eligibility.is_eligible
    ) as costs
    group by plan_component_key, period_key
),

ranked_gates as (
    select
        component_periods.plan_component_key,
        component_periods.period_key,
        component_periods.plan_version,
        component_periods.currency_code,
        component_periods.is_closed,
        component_periods.is_finance_gated,
        pay_gates.pay_gate,
        pay_gates.measure,
        pay_gates.gate_basis,
        {{ rate_units('coalesce(pay_gates.least_attainment, 1)') }}
            as least_attainment_units,
        row_number() over (
            partition by
                component_periods.plan_component_key,
                component_periods.period_key,
                pay_gates.pay_gate
            order by pay_gates.valid_from_date desc nulls last
        ) as gate_rank
    from component_periods
    inner join pay_gates
        on component_periods.plan_component_key = pay_gates.plan_component_key
        and {{ in_force('component_periods.last_date', 'pay_gates') }}
),

compared as (
    select
        ranked_gates.*,
        coalesce(measurements.actual_minor, 0) as actual_minor,
        -- a part of the target is rounded up: short of it by a part of a minor unit is short
        cast(
            case
                when measurements.target_minor > 0
                then {{ integer_divide(
                    wide_integer('measurements.target_minor')
                        ~ ' * ranked_gates.least_attainment_units + 999999',
                    '1000000'
                ) }}
                else {{ integer_divide(
                    wide_integer('measurements.target_minor')
                        ~ ' * ranked_gates.least_attainment_units',
                    '1000000'
                ) }}
            end as bigint
        ) as target_minor,
        -- a bonus of a fixed total B is a cost of its own measure: G must reach T + B (G02)
        case
            when ranked_gates.gate_basis = 'after_bonus'
            then coalesce(component_costs.cost_minor, 0)
            else 0
        end as bonus_cost_minor
    from ranked_gates
    left join measurements
        on ranked_gates.measure = measurements.measure
        and ranked_gates.period_key = measurements.period_key
    left join component_costs
        on ranked_gates.plan_component_key = component_costs.plan_component_key
        and ranked_gates.period_key = component_costs.period_key
    where ranked_gates.gate_rank = 1
)

select
    plan_component_key,
    pay_gate,
    period_key,
    plan_version,
    measure,
    gate_basis,
    currency_code,
    actual_minor,
    target_minor,
    bonus_cost_minor,
    actual_minor - bonus_cost_minor - target_minor as margin_minor,
    -- integers, no tolerance: one minor unit short is closed (G01)
    coalesce(actual_minor - bonus_cost_minor - target_minor >= 0, false) as is_open,
    case
        when target_minor is null then 'target_missing'
        when actual_minor - bonus_cost_minor < target_minor then 'target_missed'
    end as closed_reason_code,
    is_finance_gated and not is_closed as is_provisional
from compared
