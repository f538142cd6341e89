-- One row per credit and the plan component that pays it by transaction.
with credits as (
    select * from {{ ref('int_bonus__credits') }}
),

quotas as (
    select * from {{ ref('int_bonus__quotas') }}
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

-- What a component says applies to all of a negative total where it carries one (T05).
tiers as (
    select
        credits.credit_key,
        credits.plan_component_key,
        rate_tables.tier,
        rate_tables.tier_count,
        rate_tables.rate,
        coalesce(credits.tier_method, '') = 'retroactive' as is_retroactive,
        coalesce(credits.negative_attainment_rule, '') = 'carry' as is_carried,
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
        cast(credits.cumulative_after_minor as decimal(28, 6)) as after_minor,
        cast(credits.period_credited_minor as decimal(28, 6)) as period_minor
    from credits
    inner join rate_tables
        on credits.rate_table_key = rate_tables.rate_table_key
    left join quotas
        on credits.payee_employee_key = quotas.payee_employee_key
        and credits.measure = quotas.measure
        and credits.period_key = quotas.period_key
),

-- Marginal: what of an amount lies within the tier. Retroactive: all of it in the tier that the
-- whole period reaches, nothing elsewhere, so that a deal that lifts the tier re-rates those
-- before it (T02).
slices as (
    select
        credit_key,
        plan_component_key,
        tier,
        tier_count,
        rate,
        is_retroactive,
        {%- for side in ['before', 'after'] %}
        case
            when {{ side }}_minor < 0 and tier = 1 and is_carried then {{ side }}_minor
            when {{ side }}_minor <= 0 then 0
            when is_retroactive and is_reached then {{ side }}_minor
            when is_retroactive or {{ side }}_minor <= lower_minor then 0
            else least({{ side }}_minor, coalesce(upper_minor, {{ side }}_minor)) - lower_minor
        end as slice_{{ side }}_minor,
        {%- endfor %}
        is_reached
    from (
        select
            tiers.*,
            case
                when period_minor < 0 then tier = 1
                else lower_minor <= period_minor
                    and (upper_minor is null or period_minor < upper_minor)
            end as is_reached
        from tiers
    ) as reached_tiers
),

-- E is what a payee has earned at a cumulative amount: exact, then rounded once. A line is the
-- difference of two E, so the lines of a period add up to E of its total. Below zero E is zero,
-- unless the plan carries it: a payee never owes for a negative total by default (T05).
earned as (
    select
        credit_key,
        plan_component_key,
        max(tier_count) as tier_count,
        cast(round(sum(cast(slice_before_minor as decimal(24, 6)) * rate), 0) as bigint)
            as earned_before_minor,
        cast(round(sum(cast(slice_after_minor as decimal(24, 6)) * rate), 0) as bigint)
            as earned_after_minor,
        max(
            case
                when is_retroactive and is_reached then tier
                when not is_retroactive and (tier = 1 or slice_after_minor > 0) then tier
            end
        ) as tier_reached
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
        when credits.order_fixed_minor is not null then null
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
    and credits.measure = quotas.measure
    and credits.period_key = quotas.period_key
left join earned
    on credits.credit_key = earned.credit_key
    and credits.plan_component_key = earned.plan_component_key
left join rate_tables as reached_tiers
    on credits.rate_table_key = reached_tiers.rate_table_key
    and earned.tier_reached = reached_tiers.tier
