-- One row per won opportunity, rolled-up book and manager above somebody it credits.
{#- The credit gate refuses a longer reporting line: nobody above is forgotten. -#}
{%- set levels = 8 %}
with credits as (
    select * from {{ ref('fct_contribution_credits') }}
    where book in ('hard', 'overlay')
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

managed as (
    select * from employee_history
    where manager_employee_key is not null
),

reporting_lines as (
    {{ kept_after_leaving('managed', 'employee_history', ['manager_employee_key']) }}
),

level_1 as (
    select
        credits.credit_key,
        credits.incentive_date,
        reporting_lines.manager_employee_key
    from credits
    inner join reporting_lines
        on credits.employee_key = reporting_lines.employee_key
        and {{ in_force('credits.incentive_date', 'reporting_lines') }}
),
{% for level in range(2, levels + 1) %}
level_{{ level }} as (
    select
        below.credit_key,
        below.incentive_date,
        reporting_lines.manager_employee_key
    from level_{{ level - 1 }} as below
    inner join reporting_lines
        on below.manager_employee_key = reporting_lines.employee_key
        and {{ in_force('below.incentive_date', 'reporting_lines') }}
),
{% endfor %}
reached_managers as (
    {%- for level in range(1, levels + 1) %}
    select credit_key, manager_employee_key, {{ level }} as level from level_{{ level }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

-- a credit reaches a manager once, however many lines lead there (C03)
rolled_credits as (
    select
        credit_key,
        manager_employee_key,
        cast(min(level) as bigint) as nearest_level,
        cast(max(level) as bigint) as furthest_level
    from reached_managers
    group by credit_key, manager_employee_key
),

sums_below as (
    select
        credits.opportunity_key,
        credits.book,
        rolled_credits.manager_employee_key as employee_key,
        min(credits.incentive_date) as incentive_date,
        min(credits.won_at) as won_at,
        cast(sum(credits.credit_share) as decimal(18, 12)) as share_below,
        cast(sum(credits.credited_amount_minor) as bigint) as below_minor,
        cast(sum(credits.plan_credited_amount_minor) as bigint) as plan_below_minor,
        cast(count(*) as bigint) as credit_count,
        min(rolled_credits.nearest_level) as nearest_level,
        max(rolled_credits.furthest_level) as furthest_level
    from rolled_credits
    inner join credits
        on rolled_credits.credit_key = credits.credit_key
    group by credits.opportunity_key, credits.book, rolled_credits.manager_employee_key
),

own_credits as (
    select
        opportunity_key,
        book,
        employee_key,
        cast(sum(credit_share) as decimal(18, 12)) as own_share,
        cast(sum(credited_amount_minor) as bigint) as own_minor,
        cast(sum(plan_credited_amount_minor) as bigint) as plan_own_minor
    from credits
    where employee_key is not null
    group by opportunity_key, book, employee_key
),

-- two full splits below are one deal above, and what a manager has of it themselves is not theirs
-- a second time (C03)
capped_sums as (
    select
        sums_below.*,
        opportunities.amount_minor,
        opportunities.plan_amount_minor,
        opportunities.currency_code,
        opportunities.plan_currency_code,
        coalesce(own_credits.own_share, cast(0 as decimal(18, 12))) as own_share,
        coalesce(own_credits.own_minor, 0) as own_minor,
        coalesce(own_credits.plan_own_minor, 0) as plan_own_minor,
        sums_below.share_below + coalesce(own_credits.own_share, cast(0 as decimal(18, 12))) >= 1
            as holds_whole_deal
    from sums_below
    inner join opportunities
        on sums_below.opportunity_key = opportunities.opportunity_key
    left join own_credits
        on sums_below.opportunity_key = own_credits.opportunity_key
        and sums_below.book = own_credits.book
        and sums_below.employee_key = own_credits.employee_key
    where coalesce(own_credits.own_share, cast(0 as decimal(18, 12))) < 1
)

select
    {{ surrogate_key(['opportunity_key', 'book', "'rollup'", 'employee_key']) }}
        as rollup_credit_key,
    opportunity_key,
    employee_key,
    case book when 'hard' then 'hard_rollup' else 'overlay_rollup' end as book,
    incentive_date,
    won_at,
    case
        when holds_whole_deal then cast(1 - own_share as decimal(18, 12))
        else share_below
    end as credit_share,
    case when holds_whole_deal then amount_minor - own_minor else below_minor end
        as credited_amount_minor,
    currency_code,
    case when holds_whole_deal then plan_amount_minor - plan_own_minor else plan_below_minor end
        as plan_credited_amount_minor,
    plan_currency_code,
    credit_count,
    nearest_level,
    furthest_level
from capped_sums
