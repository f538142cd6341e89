-- One row per credit and the plan component that pays it by transaction.
with commissions as (
    select * from {{ ref('int_bonus__commissions') }}
),

credits as (
    select * from {{ ref('int_bonus__credits') }}
),

transactions as (
    select * from {{ ref('int_bonus__transactions') }}
),

plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
    where component_type = 'commission' and order_fixed_minor is not null
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
),

-- A fixed amount belongs to the order: all who are credited share it, whoever the plan pays. It
-- stands while anything of the order does.
order_parts as (
    select
        transactions.credit_key,
        transactions.opportunity_key,
        plan_components.plan_component_key,
        plan_components.plan_version,
        plan_components.order_fixed_minor,
        greatest(transactions.credited_minor, 0) as weight
    from transactions
    inner join plan_components
        on transactions.book = plan_components.book
        and {{ in_force('transactions.incentive_date', 'plan_components') }}
),

fixed_parts as (
    {{ allocate_largest_remainder(
        'order_parts',
        {'fixed_minor': 'order_fixed_minor'},
        'weight',
        ['opportunity_key', 'plan_component_key', 'plan_version'],
        ['credit_key']
    ) }}
),

order_earnings as (
    select
        commissions.*,
        credits.order_cap_minor,
        credits.order_fixed_minor is not null as is_fixed,
        case
            when credits.order_fixed_minor is null then commissions.commission_minor
            else coalesce(fixed_parts.fixed_minor, 0)
        end as order_earned_minor
    from commissions
    inner join credits
        on commissions.credit_key = credits.credit_key
        and commissions.plan_component_key = credits.plan_component_key
    left join fixed_parts
        on commissions.credit_key = fixed_parts.credit_key
        and commissions.plan_component_key = fixed_parts.plan_component_key
        and commissions.plan_version = fixed_parts.plan_version
),

order_totals as (
    select
        credit_key,
        plan_component_key,
        opportunity_key,
        abs(order_earned_minor) as weight,
        cast(sum(order_earned_minor) over (
            partition by opportunity_key, plan_component_key
        ) as bigint) as total_minor,
        order_cap_minor
    from order_earnings
    where order_cap_minor is not null and order_earned_minor <> 0
),

capped_totals as (
    select
        *,
        case when total_minor < 0 then -1 else 1 end
            * least(abs(total_minor), order_cap_minor) as capped_total_minor
    from order_totals
    where abs(total_minor) > order_cap_minor
),

-- A cap per order holds for all payees of the order together and is spread as they earned (T08).
order_caps as (
    {{ allocate_largest_remainder(
        'capped_totals',
        {'capped_minor': 'capped_total_minor'},
        'weight',
        ['opportunity_key', 'plan_component_key'],
        ['credit_key']
    ) }}
),

-- In the order in which deals climb the tiers, whatever goes beyond the period's cap earns
-- nothing more; the caps are those in force at the period's end.
cumulated as (
    select
        order_earnings.*,
        order_caps.credit_key is not null as is_order_capped,
        coalesce(order_caps.capped_minor, order_earnings.order_earned_minor) as uncapped_minor,
        cast(sum(coalesce(order_caps.capped_minor, order_earnings.order_earned_minor, 0)) over (
            partition by
                order_earnings.payee_employee_key,
                order_earnings.plan_component_key,
                order_earnings.period_key
            order by
                order_earnings.incentive_date asc nulls last,
                order_earnings.won_at asc nulls last,
                order_earnings.opportunity_key asc nulls last,
                order_earnings.credit_key asc nulls last
            rows between unbounded preceding and current row
        ) as bigint) as earned_after_minor,
        least(
            component_periods.period_cap_minor,
            {{ divide_rounded(
                wide_integer('eligibility.salary_days_minor')
                    ~ ' * ' ~ rate_units('component_periods.period_cap_rate'),
                'component_periods.period_days * 1000000'
            ) }}
        ) as period_cap_minor
    from order_earnings
    left join order_caps
        on order_earnings.credit_key = order_caps.credit_key
        and order_earnings.plan_component_key = order_caps.plan_component_key
    left join component_periods
        on order_earnings.plan_component_key = component_periods.plan_component_key
        and order_earnings.period_key = component_periods.period_key
    left join eligibility
        on order_earnings.payee_employee_key = eligibility.employee_key
        and order_earnings.plan_component_key = eligibility.plan_component_key
        and order_earnings.period_key = eligibility.period_key
),

capped as (
    select
        *,
        case
            when period_cap_minor is null or uncapped_minor is null then uncapped_minor
            else least(earned_after_minor, period_cap_minor)
                - least(earned_after_minor - uncapped_minor, period_cap_minor)
        end as capped_minor
    from cumulated
)

select
    credit_key,
    plan_component_key,
    plan_version,
    opportunity_key,
    payee_employee_key,
    period_key,
    case
        when is_fixed then 'fixed amount per order'
        when tier_reached is not null
        then rate_table_key || ' tier ' || cast(tier_reached as string)
    end
    || case when is_order_capped then ', capped per order' else '' end
    || case when capped_minor <> uncapped_minor then ', capped per period' else '' end as rule_key,
    case when not is_fixed then tier_rate end as tier_rate,
    hold_reason_code,
    currency_code,
    incentive_date,
    won_at,
    credited_minor,
    commission_minor as tier_commission_minor,
    capped_minor as commission_minor
from capped
