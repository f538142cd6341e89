-- One row per credit and the plan component that pays it by transaction.
with credits as (
    select * from {{ ref('int_bonus__credits') }}
),

quotas as (
    select * from {{ ref('int_bonus__quotas') }}
    where measure = 'bookings'
),

rate_tables as (
    select
        rate_table_key,
        tier,
        cast(lower_attainment as decimal(9, 6)) as lower_attainment,
        cast(upper_attainment as decimal(9, 6)) as upper_attainment,
        cast(rate as decimal(9, 6)) as rate,
        count(*) over (partition by rate_table_key) as tier_count
    from {{ ref('stg_policy__rate_tables') }}
),

tiers as (
    select
        credits.credit_key,
        credits.plan_component_key,
        rate_tables.tier,
        rate_tables.tier_count,
        rate_tables.rate,
        -- a flat table has no edges inside, so it needs no quota
        cast(
            rate_tables.lower_attainment * cast(coalesce(quotas.quota_minor, 0) as decimal(18, 0))
            as decimal(28, 6)
        ) as lower_minor,
        cast(
            rate_tables.upper_attainment * cast(coalesce(quotas.quota_minor, 0) as decimal(18, 0))
            as decimal(28, 6)
        ) as upper_minor,
        cast(credits.cumulative_before_minor as decimal(28, 6)) as before_minor,
        cast(credits.cumulative_after_minor as decimal(28, 6)) as after_minor
    from credits
    inner join rate_tables
        on credits.rate_table_key = rate_tables.rate_table_key
    left join quotas
        on credits.payee_employee_key = quotas.payee_employee_key
        and credits.period_key = quotas.period_key
),

slices as (
    select
        credit_key,
        plan_component_key,
        tier,
        tier_count,
        rate,
        case
            when before_minor <= lower_minor then 0
            else least(before_minor, coalesce(upper_minor, before_minor)) - lower_minor
        end as slice_before_minor,
        case
            when after_minor <= lower_minor then 0
            else least(after_minor, coalesce(upper_minor, after_minor)) - lower_minor
        end as slice_after_minor
    from tiers
),

-- E is what a payee has earned at a cumulative amount: exact, then rounded once. A line is the
-- difference of two E, so the lines of a period add up to E of its total. Below zero E is zero: a
-- payee never owes for a negative total (T05).
earned as (
    select
        credit_key,
        plan_component_key,
        max(tier_count) as tier_count,
        cast(round(sum(cast(slice_before_minor as decimal(24, 6)) * rate), 0) as bigint)
            as earned_before_minor,
        cast(round(sum(cast(slice_after_minor as decimal(24, 6)) * rate), 0) as bigint)
            as earned_after_minor,
        max(case when tier = 1 or slice_after_minor > 0 then tier end) as tier_reached
    from slices
    group by credit_key, plan_component_key
)

select
    credits.credit_key,
    credits.plan_component_key,
    credits.plan_version,
    credits.opportunity_key,
    credits.payee_employee_key,
    credits.period_key,
    credits.rate_table_key,
    earned.tier_reached,
    reached_tiers.rate as tier_rate,
    -- no rate table, or tiers in a quota that is not there: nothing is guessed (T04)
    case
        when quotas.quota_minor is null then 'quota_missing'
        when quotas.quota_minor <= 0 then 'quota_zero'
        when earned.tier_count is null then 'rate_table_missing'
    end as hold_reason_code,
    credits.currency_code,
    credits.incentive_date,
    credits.won_at,
    credits.credited_minor,
    credits.cumulative_before_minor,
    credits.cumulative_after_minor,
    quotas.quota_minor,
    case
        when earned.tier_count = 1 or quotas.quota_minor > 0
        then earned.earned_after_minor - earned.earned_before_minor
    end as commission_minor
from credits
left join quotas
    on credits.payee_employee_key = quotas.payee_employee_key
    and credits.period_key = quotas.period_key
left join earned
    on credits.credit_key = earned.credit_key
    and credits.plan_component_key = earned.plan_component_key
left join rate_tables as reached_tiers
    on credits.rate_table_key = reached_tiers.rate_table_key
    and earned.tier_reached = reached_tiers.tier
