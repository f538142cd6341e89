-- One row per won opportunity, participant (or unassigned), function, attribution model and book.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

path_participants as (
    select * from {{ ref('int_contribution__path_participants') }}
),

function_shares as (
    select * from {{ ref('int_attribution__function_shares') }}
),

split_participants as (
    select * from {{ ref('int_contribution__split_participants') }}
),

attribution_settings as (
    select * from {{ ref('stg_policy__attribution_settings') }}
),

credited_opportunities as (
    select
        opportunities.opportunity_key,
        opportunities.won_date,
        opportunities.won_at,
        opportunities.amount_minor,
        opportunities.currency_code,
        opportunities.plan_amount_minor,
        opportunities.plan_currency_code,
        attribution_settings.book,
        attribution_settings.attribution_model,
        attribution_settings.is_paid as is_paid_model
    from opportunities
    inner join attribution_settings
        on {{ in_force('opportunities.won_date', 'attribution_settings') }}
        and attribution_settings.is_enabled
    where opportunities.is_won and not opportunities.is_held
),

-- Inside a function, credit follows the weight of touches.
touch_participants as (
    select
        credited_opportunities.opportunity_key,
        credited_opportunities.attribution_model,
        path_participants.employee_key,
        path_participants.function,
        path_participants.linear_units,
        case credited_opportunities.attribution_model
            when 'first_touch' then path_participants.first_touch_units
            when 'last_touch' then path_participants.last_touch_units
            when 'linear' then path_participants.linear_units
            when 'u_shaped' then path_participants.u_shaped_units
            when 'w_shaped' then path_participants.w_shaped_units
            when 'full_path' then path_participants.full_path_units
            when 'time_decay' then path_participants.time_decay_units
            else {{ divide_rounded(
                wide_integer('function_shares.share_units')
                ~ ' * ' ~ wide_integer('path_participants.linear_units'),
                'function_shares.linear_units',
            ) }}
        end as model_units,
        coalesce(function_shares.is_floored, false) as is_floored,
        function_shares.fallback_reason_code,
        path_participants.touch_count,
        path_participants.first_touch_at,
        path_participants.last_touch_at
    from credited_opportunities
    inner join path_participants
        on credited_opportunities.opportunity_key = path_participants.opportunity_key
    left join function_shares
        on path_participants.opportunity_key = function_shares.opportunity_key
        and credited_opportunities.attribution_model = function_shares.attribution_model
        and path_participants.function = function_shares.function
    where credited_opportunities.book = 'contribution'
),

function_presence as (
    select
        opportunity_key,
        bool_or(function <> 'sales') as has_non_sales_touch
    from path_participants
    group by opportunity_key
),

participants as (
    select
        opportunity_key,
        book,
        'split' as attribution_model,
        employee_key,
        function,
        weight_units,
        cast(null as bigint) as touch_count,
        cast(null as timestamp) as first_touch_at,
        cast(null as timestamp) as last_touch_at,
        credit_reason_code,
        cast(null as string) as fallback_reason_code
    from split_participants
    union all
    select
        opportunity_key,
        'contribution' as book,
        attribution_model,
        employee_key,
        function,
        coalesce(model_units, linear_units) as weight_units,
        touch_count,
        first_touch_at,
        last_touch_at,
        case
            when is_floored then 'floored_at_zero'
            when employee_key is null then 'empty_seat'
            else 'touched'
        end as credit_reason_code,
        case
            when model_units is null then coalesce(fallback_reason_code, 'nothing_to_weigh')
        end as fallback_reason_code
    from touch_participants
    -- only who has weight in a model has a row of it, or whom its floor keeps at zero
    where coalesce(model_units, linear_units) > 0 or is_floored
    union all
    -- A deal that nobody outside sales touched gets a row of zero that says so; one that nobody
    -- touched at all is credited to nobody, in full. Neither vanishes (C10).
    select
        credited_opportunities.opportunity_key,
        credited_opportunities.book,
        credited_opportunities.attribution_model,
        null as employee_key,
        'unassigned' as function,
        case when function_presence.opportunity_key is null then 1 else 0 end as weight_units,
        cast(0 as bigint) as touch_count,
        null as first_touch_at,
        null as last_touch_at,
        case
            when function_presence.opportunity_key is null then 'no_counted_touch'
            else 'no_non_sales_touch'
        end as credit_reason_code,
        null as fallback_reason_code
    from credited_opportunities
    left join function_presence
        on credited_opportunities.opportunity_key = function_presence.opportunity_key
    where credited_opportunities.book = 'contribution'
        and not coalesce(function_presence.has_non_sales_touch, false)
),

-- hard and contribution give away the whole deal, overlay the percentage its splits add up to
weighted_participants as (
    select
        participants.*,
        credited_opportunities.won_date,
        credited_opportunities.won_at,
        credited_opportunities.currency_code,
        credited_opportunities.plan_currency_code,
        credited_opportunities.is_paid_model,
        case
            when participants.book = 'overlay'
            then cast(10000 * sum(participants.weight_units) over deals as bigint)
            else {{ share_whole() }}
        end as whole_share_units,
        case
            when participants.book = 'overlay'
            then {{ divide_rounded(
                wide_integer('credited_opportunities.amount_minor')
                ~ ' * ' ~ wide_integer('sum(participants.weight_units) over deals'),
                '100000000',
            ) }}
            else credited_opportunities.amount_minor
        end as whole_minor,
        case
            when participants.book = 'overlay'
            then {{ divide_rounded(
                wide_integer('credited_opportunities.plan_amount_minor')
                ~ ' * ' ~ wide_integer('sum(participants.weight_units) over deals'),
                '100000000',
            ) }}
            else credited_opportunities.plan_amount_minor
        end as plan_whole_minor
    from participants
    inner join credited_opportunities
        on participants.opportunity_key = credited_opportunities.opportunity_key
        and participants.book = credited_opportunities.book
        and participants.attribution_model = credited_opportunities.attribution_model
    window deals as (
        partition by
            participants.opportunity_key, participants.book, participants.attribution_model
    )
),

allocated_credits as (
    {{ allocate_largest_remainder(
        'weighted_participants',
        amounts={
            'share_units': 'whole_share_units',
            'credited_amount_minor': 'whole_minor',
            'plan_credited_amount_minor': 'plan_whole_minor',
        },
        weight='weight_units',
        group_by=['opportunity_key', 'book', 'attribution_model'],
        tie_break=['employee_key', 'function'],
    ) }}
)

select
    {{ surrogate_key([
        'opportunity_key', 'book', 'attribution_model', 'employee_key', 'function'
    ]) }} as credit_key,
    opportunity_key,
    employee_key,
    function,
    attribution_model,
    book,
    won_date as incentive_date,
    won_at,
    first_touch_at,
    last_touch_at,
    {{ share_from_units('share_units') }} as credit_share,
    credited_amount_minor,
    currency_code,
    plan_credited_amount_minor,
    plan_currency_code,
    touch_count,
    is_paid_model,
    credit_reason_code,
    fallback_reason_code
from allocated_credits
