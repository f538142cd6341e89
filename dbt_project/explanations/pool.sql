-- What the pool holds, split by weight in whole minor units: everybody gets the floor, and the units
-- left over go one each to the largest remainders, then by key (C02).
with weights as (
    select
        pools.plan_component_key,
        pools.period_key,
        coalesce(credits.employee_key, '~unassigned~') as participant_key,
        sum(credits.plan_credited_amount_minor) as weight
    from bonus.fct_pools as pools
    inner join people.dim_periods as periods
        on pools.period_key = periods.period_key
    inner join contribution.fct_contribution_credits as credits
        on credits.book = 'contribution'
        and credits.is_paid_model
        and periods.start_date <= credits.incentive_date
        and credits.incentive_date < periods.end_date
    where pools.share_rule = 'contribution_credit'
    group by all
    union all
    select
        pools.plan_component_key,
        pools.period_key,
        eligibility.employee_key as participant_key,
        coalesce(eligibility.salary_days_minor, 0) as weight
    from bonus.fct_pools as pools
    inner join bonus.fct_bonus_eligibility as eligibility
        on pools.plan_component_key = eligibility.plan_component_key
        and pools.period_key = eligibility.period_key
    where pools.share_rule = 'salary_days'
),

-- who may not be measured weighs in only where their part lapses
parts as (
    select
        weights.plan_component_key,
        weights.period_key,
        weights.participant_key,
        coalesce(eligibility.is_eligible, false) as is_eligible,
        cast(pools.funded_minor as hugeint) as funded_minor,
        cast(
            case
                when pools.policy = 'redistribute' and not coalesce(eligibility.is_eligible, false)
                then 0
                else greatest(weights.weight, 0)
            end as hugeint
        ) as weight
    from weights
    inner join bonus.fct_pools as pools
        on weights.plan_component_key = pools.plan_component_key
        and weights.period_key = pools.period_key
    left join bonus.fct_bonus_eligibility as eligibility
        on weights.plan_component_key = eligibility.plan_component_key
        and weights.period_key = eligibility.period_key
        and weights.participant_key = eligibility.employee_key
),

floors as (
    select
        *,
        funded_minor * weight // nullif(total_weight, 0) as floor_minor,
        funded_minor * weight % nullif(total_weight, 0) as remainder
    from (
        select
            *,
            cast(
                sum(weight) over (partition by plan_component_key, period_key) as hugeint
            ) as total_weight
        from parts
    ) as totals
),

shares as (
    select
        *,
        floor_minor + case
            when row_number() over (
                partition by plan_component_key, period_key
                order by remainder desc, participant_key asc
            ) <= funded_minor - sum(floor_minor) over (partition by plan_component_key, period_key)
            then 1 else 0
        end as share_minor
    from floors
)

select
    lines.payout_line_key,
    case when shares.is_eligible then cast(coalesce(shares.share_minor, 0) as bigint) else 0 end
        as entitled_minor
from bonus.fct_payout_lines as lines
left join shares
    on lines.payee_employee_key = shares.participant_key
    and lines.plan_component_key = shares.plan_component_key
    and lines.period_key = shares.period_key
where lines.component_type in ('contribution_bonus', 'profit_share')
    and lines.source_ref not like 'policy.%'
