-- One row per function, quarter of the win and plan currency.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
),

periods as (
    select * from {{ ref('dim_periods') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

won_opportunities as (
    select
        opportunities.opportunity_key,
        opportunities.created_at,
        opportunities.plan_amount_minor,
        opportunities.plan_currency_code,
        periods.period_key
    from opportunities
    inner join periods
        on periods.period_type = 'quarter'
        and periods.start_date <= opportunities.won_date
        and opportunities.won_date < periods.end_date
    where opportunities.is_won and not opportunities.is_held
),

counted_events as (
    select
        won_opportunities.*,
        contribution_events.contribution_event_key,
        contribution_events.employee_key,
        contribution_events.function,
        contribution_events.event_at,
        -- to own a deal is not to open its door: it counts where nobody else did
        case
            when contribution_events.event_at > won_opportunities.created_at then 2
            when contribution_events.evidence_ref like 'crm.opportunity/%' then 1
            else 0
        end as door_rank
    from won_opportunities
    inner join contribution_events
        on won_opportunities.opportunity_key = contribution_events.opportunity_key
        and contribution_events.is_counted
),

ranked_events as (
    select
        *,
        row_number() over (
            partition by opportunity_key
            order by
                door_rank asc nulls last,
                event_at asc nulls last,
                contribution_event_key asc nulls last
        ) as event_rank
    from counted_events
),

sources as (
    select opportunity_key, function as sourced_function
    from ranked_events
    where event_rank = 1
),

deal_functions as (
    select
        ranked_events.opportunity_key,
        ranked_events.function,
        ranked_events.period_key,
        ranked_events.plan_currency_code,
        max(ranked_events.plan_amount_minor) as plan_amount_minor,
        max(
            case when ranked_events.function = sources.sourced_function then 1 else 0 end
        ) as is_source
    from ranked_events
    inner join sources
        on ranked_events.opportunity_key = sources.opportunity_key
    group by
        ranked_events.opportunity_key,
        ranked_events.function,
        ranked_events.period_key,
        ranked_events.plan_currency_code
),

function_persons as (
    select
        function,
        period_key,
        plan_currency_code,
        count(distinct employee_key) as person_count
    from counted_events
    group by function, period_key, plan_currency_code
),

function_totals as (
    select
        function,
        period_key,
        plan_currency_code,
        cast(sum(is_source) as bigint) as sourced_deal_count,
        cast(sum(is_source * plan_amount_minor) as bigint) as plan_sourced_amount_minor,
        cast(sum(1 - is_source) as bigint) as influenced_deal_count,
        cast(sum((1 - is_source) * plan_amount_minor) as bigint) as plan_influenced_amount_minor
    from deal_functions
    group by function, period_key, plan_currency_code
),

sized_totals as (
    select
        function_totals.*,
        function_persons.person_count,
        company_settings.min_group_size,
        function_persons.person_count between 1 and company_settings.min_group_size - 1 as is_small
    from function_totals
    inner join function_persons
        on function_totals.function = function_persons.function
        and function_totals.period_key = function_persons.period_key
        and function_totals.plan_currency_code = function_persons.plan_currency_code
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
),

-- sourced amounts add up to what was won, which all may read: no function may stand hidden alone
suppressed_totals as (
    {{ suppress_small_groups(
        'sized_totals',
        within=['period_key', 'plan_currency_code'],
        size='person_count',
        order_by=['plan_sourced_amount_minor', 'function'],
    ) }}
)

select
    {{ surrogate_key(['function', 'period_key', 'plan_currency_code']) }} as function_sourcing_key,
    function,
    period_key,
    case when not suppressed then sourced_deal_count end as sourced_deal_count,
    case when not suppressed then plan_sourced_amount_minor end as plan_sourced_amount_minor,
    case when not suppressed then influenced_deal_count end as influenced_deal_count,
    case when not suppressed then plan_influenced_amount_minor end
        as plan_influenced_amount_minor,
    plan_currency_code,
    suppressed
from suppressed_totals
