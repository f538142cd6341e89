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

-- What is given away whole, numbered: a credit is placed among the others of its number, so that no
-- sort carries the texts of keys.
credited_opportunities as (
    select
        row_number() over (
            order by
                opportunities.opportunity_key asc nulls last,
                attribution_settings.book asc nulls last,
                attribution_settings.attribution_model asc nulls last
        ) as whole_number,
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

-- in the order that breaks ties (T06)
numbered_participants as (
    select
        *,
        row_number() over (
            partition by opportunity_key
            order by employee_key asc nulls last, function asc nulls last
        ) as part_number
    from path_participants
),

numbered_shares as (
    select
        credited_opportunities.whole_number,
        function_shares.function,
        function_shares.linear_units,
        function_shares.share_units,
        function_shares.is_floored,
        function_shares.fallback_reason_code
    from function_shares
    inner join credited_opportunities
        on function_shares.opportunity_key = credited_opportunities.opportunity_key
        and function_shares.attribution_model = credited_opportunities.attribution_model
        and credited_opportunities.book = 'contribution'
),

-- Inside a function, credit follows the weight of touches; one who did all its work has its share.
touch_participants as (
    select
        credited_opportunities.whole_number,
        path_participants.part_number,
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
            else case
                when path_participants.linear_units = numbered_shares.linear_units
                then numbered_shares.share_units
                else {{ divide_rounded(
                    wide_integer('numbered_shares.share_units')
                    ~ ' * ' ~ wide_integer('path_participants.linear_units'),
                    'numbered_shares.linear_units',
                ) }}
            end
        end as model_units,
        coalesce(numbered_shares.is_floored, false) as is_floored,
        numbered_shares.fallback_reason_code,
        path_participants.touch_count,
        path_participants.first_touch_at,
        path_participants.last_touch_at
    from credited_opportunities
    inner join numbered_participants as path_participants
        on credited_opportunities.opportunity_key = path_participants.opportunity_key
    left join numbered_shares
        on credited_opportunities.whole_number = numbered_shares.whole_number
        and path_participants.function = numbered_shares.function
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
        credited_opportunities.whole_number,
        row_number() over (
            partition by credited_opportunities.whole_number
            order by
                split_participants.employee_key asc nulls last,
                split_participants.function asc nulls last
        ) as part_number,
        split_participants.employee_key,
        split_participants.function,
        split_participants.weight_units,
        cast(null as bigint) as touch_count,
        cast(null as timestamp) as first_touch_at,
        cast(null as timestamp) as last_touch_at,
        split_participants.credit_reason_code,
        cast(null as string) as fallback_reason_code
    from split_participants
    inner join credited_opportunities
        on split_participants.opportunity_key = credited_opportunities.opportunity_key
        and split_participants.book = credited_opportunities.book
        and credited_opportunities.attribution_model = 'split'
    union all
    select
        whole_number,
        part_number,
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
        credited_opportunities.whole_number,
        0 as part_number,
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

overlay_percentages as (
    select
        opportunity_key,
        sum(weight_units) as weight_units
    from split_participants
    where book = 'overlay'
    group by opportunity_key
),

-- hard and contribution give away the whole deal, overlay the percentage its splits add up to
wholes as (
    select
        credited_opportunities.whole_number,
        case
            when credited_opportunities.book = 'overlay'
            then cast(10000 * overlay_percentages.weight_units as bigint)
            else {{ share_whole() }}
        end as whole_share_units,
        {%- for amount, whole in {
            'amount_minor': 'whole_minor', 'plan_amount_minor': 'plan_whole_minor',
        }.items() %}
        case
            when credited_opportunities.book = 'overlay'
            then {{ divide_rounded(
                wide_integer('credited_opportunities.' ~ amount)
                ~ ' * ' ~ wide_integer('overlay_percentages.weight_units'),
                '100000000',
            ) }}
            else credited_opportunities.{{ amount }}
        end as {{ whole }}{{ ',' if not loop.last }}
        {%- endfor %}
    from credited_opportunities
    left join overlay_percentages
        on credited_opportunities.opportunity_key = overlay_percentages.opportunity_key
),

weighted_parts as (
    select
        participants.whole_number,
        participants.part_number,
        participants.weight_units,
        wholes.whole_share_units,
        wholes.whole_minor,
        wholes.plan_whole_minor
    from participants
    inner join wholes
        on participants.whole_number = wholes.whole_number
),

allocated_parts as (
    {{ allocate_largest_remainder(
        'weighted_parts',
        amounts={
            'share_units': 'whole_share_units',
            'credited_amount_minor': 'whole_minor',
            'plan_credited_amount_minor': 'plan_whole_minor',
        },
        weight='weight_units',
        group_by=['whole_number'],
        tie_break=['part_number'],
    ) }}
)

select
    {{ surrogate_key([
        'credited_opportunities.opportunity_key',
        'credited_opportunities.book',
        'credited_opportunities.attribution_model',
        'participants.employee_key',
        'participants.function',
    ]) }} as credit_key,
    credited_opportunities.opportunity_key,
    participants.employee_key,
    participants.function,
    credited_opportunities.attribution_model,
    credited_opportunities.book,
    credited_opportunities.won_date as incentive_date,
    credited_opportunities.won_at,
    participants.first_touch_at,
    participants.last_touch_at,
    {{ share_from_units('allocated_parts.share_units') }} as credit_share,
    allocated_parts.credited_amount_minor,
    credited_opportunities.currency_code,
    allocated_parts.plan_credited_amount_minor,
    credited_opportunities.plan_currency_code,
    participants.touch_count,
    credited_opportunities.is_paid_model,
    participants.credit_reason_code,
    participants.fallback_reason_code
from allocated_parts
inner join participants
    on allocated_parts.whole_number = participants.whole_number
    and allocated_parts.part_number = participants.part_number
inner join credited_opportunities
    on allocated_parts.whole_number = credited_opportunities.whole_number
