-- One row per control, period and currency; every difference is zero.
with opportunities as (
    select
        opportunity_key,
        -- a calendar without months gives a deal no period; it is reconciled all the same
        coalesce(period_key, 'no month') as period_key,
        amount_minor,
        currency_code,
        plan_amount_minor,
        plan_currency_code
    from {{ ref('fct_opportunities') }}
    where is_won and not is_held
),

credits as (
    select
        credits.*,
        opportunities.period_key as won_period_key
    from {{ ref('fct_contribution_credits') }} as credits
    inner join opportunities
        on credits.opportunity_key = opportunities.opportunity_key
    where credits.book in ('hard', 'contribution')
),

books as (
    select distinct book, attribution_model from credits
),

lines as (
    select * from {{ ref('fct_payout_lines') }}
),

earnings as (
    select * from {{ ref('int_bonus__earnings') }}
),

entries as (
    select * from {{ ref('stg_ledger__entries') }}
    where account <> 'entitlement'
),

pools as (
    select * from {{ ref('fct_pools') }}
),

payouts as (
    select * from {{ ref('fct_payouts') }}
),

-- Each control is two sums that must meet, written as signed rows.
sides as (
    -- what was sold is credited in full, in each book that splits to 100 % (C02)
    select
        books.book || ' ' || books.attribution_model || ' credits = deals' as control,
        opportunities.period_key,
        opportunities.currency_code,
        0 as left_minor,
        opportunities.amount_minor as right_minor
    from opportunities
    cross join books
    union all
    select
        book || ' ' || attribution_model || ' credits = deals' as control,
        won_period_key as period_key,
        currency_code,
        credited_amount_minor as left_minor,
        0 as right_minor
    from credits
    union all
    select
        books.book || ' ' || books.attribution_model || ' credits = deals in plan currency'
            as control,
        opportunities.period_key,
        opportunities.plan_currency_code as currency_code,
        0 as left_minor,
        opportunities.plan_amount_minor as right_minor
    from opportunities
    cross join books
    union all
    select
        book || ' ' || attribution_model || ' credits = deals in plan currency' as control,
        won_period_key as period_key,
        plan_currency_code as currency_code,
        plan_credited_amount_minor as left_minor,
        0 as right_minor
    from credits
    union all
    -- what a pool gave away is what its payees are entitled to
    select
        'pool shares = pools' as control,
        period_key,
        currency_code,
        0 as left_minor,
        paid_minor as right_minor
    from pools
    union all
    select
        'pool shares = pools' as control,
        period_key,
        currency_code,
        entitled_minor as left_minor,
        0 as right_minor
    from earnings
    where cause = 'pool_shared'
    union all
    -- posted before + lines of tonight = entitled to date, over all accounts
    select
        'posted + lines = entitlements' as control,
        period_key,
        currency_code,
        0 as left_minor,
        entitled_minor as right_minor
    from earnings
    union all
    select
        'posted + lines = entitlements' as control,
        period_key,
        currency_code,
        payout_amount_minor as left_minor,
        0 as right_minor
    from lines
    union all
    select
        'posted + lines = entitlements' as control,
        period_key,
        currency_code,
        amount_minor as left_minor,
        0 as right_minor
    from entries
    union all
    select
        'payable lines = payouts' as control,
        payment_period_key as period_key,
        currency_code,
        payout_amount_minor as left_minor,
        0 as right_minor
    from lines
    where account = 'payable'
    union all
    select
        'payable lines = payouts' as control,
        payment_period_key as period_key,
        currency_code,
        0 as left_minor,
        payout_amount_minor as right_minor
    from payouts
)

select
    control,
    period_key,
    cast(sum(left_minor) as bigint) as left_minor,
    cast(sum(right_minor) as bigint) as right_minor,
    cast(sum(left_minor) - sum(right_minor) as bigint) as difference_minor,
    currency_code
from sides
group by control, period_key, currency_code
