-- One row per plan component and period that has begun.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

company_settings as (
    select
        settings.go_live_date,
        night.run_date
    from {{ ref('stg_policy__company_settings') }} as settings
    cross join night
    where {{ in_force('night.run_date', 'settings') }}
),

periods as (
    select
        dim_periods.period_key,
        dim_periods.period_type,
        dim_periods.start_date,
        dim_periods.end_date,
        {{ add_days('dim_periods.end_date', -1) }} as last_date,
        {{ days_between('dim_periods.start_date', 'dim_periods.end_date') }} as period_days,
        dim_periods.is_closed,
        dim_periods.end_date <= company_settings.run_date as is_ended,
        -- nothing of a period that began before go-live is ever paid
        dim_periods.start_date >= company_settings.go_live_date as is_live
    from {{ ref('dim_periods') }} as dim_periods
    cross join company_settings
    where dim_periods.start_date <= company_settings.run_date
),

plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
),

pools as (
    select * from {{ ref('stg_policy__pools') }}
),

pay_gates as (
    select * from {{ ref('stg_policy__pay_gates') }}
),

component_goals as (
    select * from {{ ref('stg_policy__component_goals') }}
),

eligibility_rules as (
    select * from {{ ref('stg_policy__eligibility_rules') }}
),

ledger_measures as (
    select distinct measure from {{ ref('stg_policy__ledger_measures') }}
),

-- What is paid for a whole period follows the last version in force within it; what is paid by
-- transaction follows the version in force on the incentive date (E01).
ranked_versions as (
    select
        plan_components.*,
        periods.period_key,
        periods.start_date,
        periods.end_date,
        periods.last_date,
        periods.period_days,
        periods.is_closed,
        periods.is_ended,
        periods.is_live,
        min(plan_components.valid_from_date) over (
            partition by plan_components.plan_component_key, periods.period_key
        ) as plan_from_date,
        max(plan_components.valid_to_date) over (
            partition by plan_components.plan_component_key, periods.period_key
        ) as plan_to_date,
        row_number() over (
            partition by plan_components.plan_component_key, periods.period_key
            order by
                plan_components.valid_from_date desc nulls last,
                plan_components.plan_version desc nulls last
        ) as version_rank
    from plan_components
    inner join periods
        on plan_components.period_type = periods.period_type
        and plan_components.valid_from_date < periods.end_date
        and periods.start_date < plan_components.valid_to_date
),

component_periods as (
    select * from ranked_versions where version_rank = 1
),

-- Two pools in force at once are refused by name; until then the later one stands, never both.
ranked_pools as (
    select
        component_periods.plan_component_key,
        component_periods.period_key,
        pools.funding_type,
        pools.measure as pool_measure,
        pools.funding_rate,
        pools.fixed_minor,
        pools.share_rule,
        pools.unallocated_pool_policy,
        coalesce(pools.pool_scope, 'company') as pool_scope,
        pools.segment as pool_segment,
        pools.cap_rate,
        pools.cap_policy,
        row_number() over (
            partition by component_periods.plan_component_key, component_periods.period_key
            order by pools.valid_from_date desc nulls last
        ) as pool_rank
    from component_periods
    inner join pools
        on component_periods.pool_key = pools.pool_key
        and {{ in_force('component_periods.last_date', 'pools') }}
),

gates as (
    select
        component_periods.plan_component_key,
        component_periods.period_key,
        cast(count(*) as bigint) as pay_gate_count,
        cast(count(ledger_measures.measure) as bigint) as ledger_gate_count
    from component_periods
    inner join pay_gates
        on component_periods.plan_component_key = pay_gates.plan_component_key
        and {{ in_force('component_periods.last_date', 'pay_gates') }}
    left join ledger_measures
        on pay_gates.measure = ledger_measures.measure
    group by component_periods.plan_component_key, component_periods.period_key
),

goals as (
    select
        component_periods.plan_component_key,
        component_periods.period_key,
        cast(count(*) as bigint) as goal_count,
        cast(count(ledger_measures.measure) as bigint) as ledger_goal_count
    from component_periods
    inner join component_goals
        on component_periods.plan_component_key = component_goals.plan_component_key
        and {{ in_force('component_periods.last_date', 'component_goals') }}
    left join ledger_measures
        on component_goals.measure = ledger_measures.measure
    group by component_periods.plan_component_key, component_periods.period_key
),

rules as (
    select
        component_periods.plan_component_key,
        component_periods.period_key,
        max(eligibility_rules.threshold)
            filter (where eligibility_rules.rule_code = 'min_service_days') as min_service_days,
        min(eligibility_rules.threshold)
            filter (where eligibility_rules.rule_code = 'max_leave_days') as max_leave_days,
        max(eligibility_rules.threshold)
            filter (where eligibility_rules.rule_code = 'min_rating') as min_rating,
        bool_or(eligibility_rules.rule_code = 'plan_signed') as must_have_signed,
        bool_or(eligibility_rules.rule_code = 'employed_at_period_end') as must_be_employed_at_end,
        bool_or(eligibility_rules.rule_code = 'active_at_payment') as must_be_active_at_payment
    from component_periods
    inner join eligibility_rules
        on component_periods.plan_component_key = eligibility_rules.plan_component_key
        and {{ in_force('component_periods.last_date', 'eligibility_rules') }}
    group by component_periods.plan_component_key, component_periods.period_key
)

select
    component_periods.plan_component_key,
    component_periods.period_key,
    component_periods.plan_version,
    component_periods.plan_key,
    component_periods.pool_key,
    component_periods.component_type,
    component_periods.measure,
    component_periods.currency_code,
    component_periods.proration_basis,
    component_periods.leaver_rule,
    component_periods.payroll_code,
    ranked_pools.funding_type,
    ranked_pools.pool_measure,
    ranked_pools.share_rule,
    ranked_pools.unallocated_pool_policy,
    ranked_pools.pool_scope,
    ranked_pools.pool_segment,
    ranked_pools.cap_policy,
    component_periods.period_type,
    component_periods.start_date,
    component_periods.end_date,
    component_periods.last_date,
    greatest(component_periods.plan_from_date, component_periods.start_date) as plan_from_date,
    least(component_periods.plan_to_date, component_periods.end_date) as plan_to_date,
    component_periods.period_days,
    component_periods.target_rate,
    ranked_pools.funding_rate,
    ranked_pools.fixed_minor,
    ranked_pools.cap_rate,
    coalesce(component_periods.minimum_payment_minor, 0) as minimum_payment_minor,
    component_periods.order_fixed_minor,
    component_periods.period_cap_minor,
    component_periods.period_cap_rate,
    rules.min_service_days,
    rules.max_leave_days,
    rules.min_rating,
    coalesce(rules.must_have_signed, false) as must_have_signed,
    coalesce(gates.pay_gate_count, 0) as pay_gate_count,
    coalesce(goals.goal_count, 0) as goal_count,
    coalesce(rules.must_be_employed_at_end, false) as must_be_employed_at_end,
    coalesce(rules.must_be_active_at_payment, false) as must_be_active_at_payment,
    component_periods.component_type in ('success_bonus', 'team_target', 'kpi_bonus')
        or component_periods.period_cap_rate is not null
        or coalesce(ranked_pools.share_rule, '') = 'salary_days'
        or ranked_pools.cap_rate is not null as is_paid_by_salary,
    coalesce(gates.ledger_gate_count, 0) + coalesce(goals.ledger_goal_count, 0) > 0
        or ledger_measures.measure is not null as is_finance_gated,
    component_periods.is_closed,
    component_periods.is_ended,
    component_periods.is_live
from component_periods
left join ranked_pools
    on component_periods.plan_component_key = ranked_pools.plan_component_key
    and component_periods.period_key = ranked_pools.period_key
    and ranked_pools.pool_rank = 1
left join gates
    on component_periods.plan_component_key = gates.plan_component_key
    and component_periods.period_key = gates.period_key
left join goals
    on component_periods.plan_component_key = goals.plan_component_key
    and component_periods.period_key = goals.period_key
left join rules
    on component_periods.plan_component_key = rules.plan_component_key
    and component_periods.period_key = rules.period_key
left join ledger_measures
    on ranked_pools.pool_measure = ledger_measures.measure
