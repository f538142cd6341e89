-- Tiers climbed deal by deal, fixed amounts and caps per order, the cap of the period, then the part
-- that the line releases.
with deals as (
    select
        commissions.credit_key,
        commissions.plan_component_key,
        commissions.opportunity_key,
        commissions.payee_employee_key,
        commissions.period_key,
        commissions.rate_table_key,
        commissions.incentive_date,
        commissions.won_at,
        commissions.cumulative_before_minor,
        commissions.cumulative_after_minor,
        plan_components.tier_method = 'retroactive' as is_retroactive,
        plan_components.negative_attainment_rule = 'carry' as is_carried,
        plan_components.order_cap_minor,
        plan_components.order_fixed_minor,
        coalesce(attainment.quota_minor, 0) as quota_minor,
        sum(commissions.credited_minor) over (
            partition by
                commissions.payee_employee_key,
                commissions.plan_component_key,
                commissions.period_key
        ) as period_minor
    from bonus.fct_commissions as commissions
    inner join people.dim_plan_components as plan_components
        on commissions.plan_component_key = plan_components.plan_component_key
        and commissions.plan_version = plan_components.plan_version
    left join bonus.fct_attainment as attainment
        on commissions.payee_employee_key = attainment.payee_employee_key
        and commissions.period_key = attainment.period_key
        and attainment.measure = plan_components.measure
    where commissions.is_measured
),

-- the period up to a deal, without it and with it
sides as (
    select *, cumulative_before_minor as sum_minor, 'before' as side from deals
    union all
    select *, cumulative_after_minor as sum_minor, 'after' as side from deals
),

-- what lies in each tier: a slice, or all in the tier that the period reached
tiers as (
    select
        sides.credit_key,
        sides.plan_component_key,
        sides.side,
        sides.quota_minor,
        rate_tables.rate,
        case
            when sides.sum_minor < 0
            then case when rate_tables.tier = 1 and sides.is_carried then sides.sum_minor else 0 end
            when sides.is_retroactive
            then case
                when sides.period_minor < 0 and rate_tables.tier = 1 then sides.sum_minor
                when rate_tables.lower_attainment * sides.quota_minor <= sides.period_minor
                    and sides.period_minor
                        < coalesce(rate_tables.upper_attainment * sides.quota_minor, 1e18)
                then sides.sum_minor
                else 0
            end
            else greatest(
                least(
                    sides.sum_minor,
                    coalesce(rate_tables.upper_attainment * sides.quota_minor, sides.sum_minor)
                ) - rate_tables.lower_attainment * sides.quota_minor, 0
            )
        end as slice_minor
    from sides
    inner join (
        select
            rate_table_key,
            tier,
            cast(lower_attainment as decimal(19, 6)) as lower_attainment,
            cast(upper_attainment as decimal(19, 6)) as upper_attainment,
            rate
        from bonus.dim_rate_tables
    ) as rate_tables
        on sides.rate_table_key = rate_tables.rate_table_key
),

-- no tiers in a quota that is not there, unless there is one tier only (T04)
earned as (
    select
        credit_key,
        plan_component_key,
        side,
        case
            when count(*) = 1 or max(quota_minor) > 0
            then cast(
                round(sum(cast(slice_minor as decimal(24, 6)) * cast(rate as decimal(9, 6))), 0)
                as bigint
            )
        end as earned_minor
    from tiers
    group by all
),

-- a fixed amount per order is shared by all who are credited with it
order_weights as (
    select
        commissions.credit_key,
        commissions.plan_component_key,
        commissions.opportunity_key,
        'fixed' as what,
        plan_components.order_fixed_minor as whole_minor,
        greatest(commissions.credited_minor, 0) as weight
    from bonus.fct_commissions as commissions
    inner join people.dim_plan_components as plan_components
        on commissions.plan_component_key = plan_components.plan_component_key
        and commissions.plan_version = plan_components.plan_version
    where plan_components.order_fixed_minor is not null
),

fixed_shares as (
    select
        *,
        whole_minor * cast(weight as hugeint) // nullif(total, 0) as floor_minor,
        whole_minor * cast(weight as hugeint) % nullif(total, 0) as remainder
    from (
        select
            *,
            cast(
                sum(weight) over (partition by plan_component_key, opportunity_key) as hugeint
            ) as total
        from order_weights
    ) as totals
),

fixed as (
    select
        credit_key,
        plan_component_key,
        floor_minor + case
            when row_number() over (
                partition by plan_component_key, opportunity_key
                order by remainder desc, credit_key asc
            ) <= whole_minor
                - sum(floor_minor) over (partition by plan_component_key, opportunity_key)
            then 1 else 0
        end as fixed_minor
    from fixed_shares
),

uncapped as (
    select
        deals.*,
        case
            when deals.order_fixed_minor is null then after_deal.earned_minor - before_deal.earned_minor
            else coalesce(fixed.fixed_minor, 0)
        end as order_earned_minor
    from deals
    left join earned as before_deal
        on deals.credit_key = before_deal.credit_key
        and deals.plan_component_key = before_deal.plan_component_key
        and before_deal.side = 'before'
    left join earned as after_deal
        on deals.credit_key = after_deal.credit_key
        and deals.plan_component_key = after_deal.plan_component_key
        and after_deal.side = 'after'
    left join fixed
        on deals.credit_key = fixed.credit_key
        and deals.plan_component_key = fixed.plan_component_key
),

-- a cap per order holds for all payees together and is spread as they earned
order_shares as (
    select
        *,
        order_cap_minor * abs(order_earned_minor) // total_weight as floor_minor,
        order_cap_minor * abs(order_earned_minor) % total_weight as remainder
    from (
        select
            credit_key,
            plan_component_key,
            opportunity_key,
            cast(order_cap_minor as hugeint) as order_cap_minor,
            order_earned_minor,
            sum(order_earned_minor) over (
                partition by plan_component_key, opportunity_key
            ) as total_minor,
            cast(sum(abs(order_earned_minor)) over (
                partition by plan_component_key, opportunity_key
            ) as hugeint) as total_weight
        from uncapped
        where order_cap_minor is not null and order_earned_minor <> 0
    ) as totals
    where abs(total_minor) > order_cap_minor
),

order_caps as (
    select
        credit_key,
        plan_component_key,
        sign(total_minor) * (
            floor_minor + case
                when row_number() over (
                    partition by plan_component_key, opportunity_key
                    order by remainder desc, credit_key asc
                ) <= order_cap_minor
                    - sum(floor_minor) over (partition by plan_component_key, opportunity_key)
                then 1 else 0
            end
        ) as capped_minor
    from order_shares
),

-- the cap of the period is an amount or a part of the salary, whichever is less
cumulated as (
    select
        uncapped.*,
        eligibility.is_eligible,
        coalesce(order_caps.capped_minor, uncapped.order_earned_minor) as order_minor,
        coalesce(sum(coalesce(order_caps.capped_minor, uncapped.order_earned_minor)) over (
            partition by
                uncapped.payee_employee_key, uncapped.plan_component_key, uncapped.period_key
            order by
                uncapped.incentive_date, uncapped.won_at, uncapped.opportunity_key,
                uncapped.credit_key
            rows between unbounded preceding and current row
        ), 0) as order_after_minor,
        least(
            last_version.period_cap_minor,
            cast((
                2 * cast(eligibility.salary_days_minor as hugeint)
                    * cast(round(last_version.period_cap_rate * 1000000, 0) as bigint)
                + eligibility.period_days * 1000000
            ) // (2 * eligibility.period_days * 1000000) as bigint)
        ) as period_cap_minor
    from uncapped
    left join order_caps
        on uncapped.credit_key = order_caps.credit_key
        and uncapped.plan_component_key = order_caps.plan_component_key
    left join bonus.fct_bonus_eligibility as eligibility
        on uncapped.payee_employee_key = eligibility.employee_key
        and uncapped.plan_component_key = eligibility.plan_component_key
        and uncapped.period_key = eligibility.period_key
    left join people.dim_plan_components as last_version
        on eligibility.plan_component_key = last_version.plan_component_key
        and eligibility.plan_version = last_version.plan_version
),

commissions as (
    select
        *,
        case
            when order_minor is null or period_cap_minor is null then order_minor
            else least(order_after_minor, period_cap_minor)
                - least(order_after_minor - order_minor, period_cap_minor)
        end as due_minor
    from cumulated
)

-- a line that releases a part has where the part begins and ends; one without a rule was withdrawn
select
    lines.payout_line_key,
    case
        when lines.base_minor is null
            or not coalesce(commissions.is_eligible, false)
            or closed_gates.period_key is not null
        then 0
        when lines.part_whole_units is null
        then cast(coalesce(commissions.due_minor, 0) as bigint)
        else cast(
            (2 * cast(commissions.due_minor as hugeint) * lines.part_until_units
                + lines.part_whole_units) // (2 * lines.part_whole_units)
            - (2 * cast(commissions.due_minor as hugeint) * lines.part_from_units
                + lines.part_whole_units) // (2 * lines.part_whole_units) as bigint
        )
    end as entitled_minor
from bonus.fct_payout_lines as lines
left join commissions
    on split_part(lines.source_ref, ':', 2) = commissions.credit_key
    and lines.plan_component_key = commissions.plan_component_key
left join (
    select distinct plan_component_key, period_key
    from bonus.fct_gate_results
    where not is_open
) as closed_gates
    on lines.plan_component_key = closed_gates.plan_component_key
    and lines.period_key = closed_gates.period_key
where lines.component_type in ('commission') and split_part(lines.source_ref, ':', 1)
        not in ('policy.opening_balances', 'policy.adjustments', 'policy.draws')
