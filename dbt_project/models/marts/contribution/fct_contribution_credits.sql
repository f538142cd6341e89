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

{% set touch_models = [
    'first_touch', 'last_touch', 'linear', 'u_shaped', 'w_shaped', 'full_path', 'time_decay'
] -%}
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

function_presence as (
    select
        opportunity_key,
        bool_or(function <> 'sales') as has_non_sales_touch
    from path_participants
    group by opportunity_key
),

-- Who may have a part of a deal. Only who is on no path has one weight for all models.
seats as (
    select
        opportunity_key,
        'contribution' as book,
        employee_key,
        function,
        cast(null as bigint) as own_units,
        {%- for model in touch_models %}
        {{ model }}_units,
        {%- endfor %}
        touch_count,
        first_touch_at,
        last_touch_at,
        case when employee_key is null then 'empty_seat' else 'touched' end as credit_reason_code
    from path_participants
    union all
    select
        opportunity_key,
        book,
        employee_key,
        function,
        weight_units as own_units,
        {%- for model in touch_models %}
        null as {{ model }}_units,
        {%- endfor %}
        null as touch_count,
        null as first_touch_at,
        null as last_touch_at,
        credit_reason_code
    from split_participants
    union all
    -- A deal that nobody outside sales touched gets a row of zero that says so; one that nobody
    -- touched at all is credited to nobody, in full. Neither vanishes (C10).
    select
        opportunities.opportunity_key,
        'contribution' as book,
        null as employee_key,
        'unassigned' as function,
        case when function_presence.opportunity_key is null then 1 else 0 end as own_units,
        {%- for model in touch_models %}
        null as {{ model }}_units,
        {%- endfor %}
        0 as touch_count,
        null as first_touch_at,
        null as last_touch_at,
        case
            when function_presence.opportunity_key is null then 'no_counted_touch'
            else 'no_non_sales_touch'
        end as credit_reason_code
    from opportunities
    left join function_presence
        on opportunities.opportunity_key = function_presence.opportunity_key
    where opportunities.is_won
        and not coalesce(function_presence.has_non_sales_touch, false)
),

-- numbered in the order that breaks ties (T06)
numbered_seats as (
    select
        *,
        row_number() over (
            order by
                opportunity_key asc nulls last,
                book asc nulls last,
                employee_key asc nulls last,
                function asc nulls last
        ) as seat_number
    from seats
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
weighed_seats as (
    select
        credited_opportunities.whole_number,
        seats.seat_number,
        seats.own_units,
        seats.linear_units,
        case credited_opportunities.attribution_model
            {%- for model in touch_models %}
            when '{{ model }}' then seats.{{ model }}_units
            {%- endfor %}
            else case
                when seats.linear_units = numbered_shares.linear_units
                then numbered_shares.share_units
                else {{ divide_rounded(
                    wide_integer('numbered_shares.share_units')
                    ~ ' * ' ~ wide_integer('seats.linear_units'),
                    'numbered_shares.linear_units',
                ) }}
            end
        end as model_units,
        coalesce(numbered_shares.is_floored, false) as is_floored,
        numbered_shares.fallback_reason_code
    from credited_opportunities
    inner join numbered_seats as seats
        on credited_opportunities.opportunity_key = seats.opportunity_key
        and credited_opportunities.book = seats.book
    left join numbered_shares
        on credited_opportunities.whole_number = numbered_shares.whole_number
        and seats.function = numbered_shares.function
    where credited_opportunities.book = 'contribution'
        or credited_opportunities.attribution_model = 'split'
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

-- only who has weight in a model has a row of it, or whom its floor keeps at zero
weighted_parts as (
    select
        weighed_seats.whole_number,
        weighed_seats.seat_number,
        coalesce(
            weighed_seats.own_units, weighed_seats.model_units, weighed_seats.linear_units
        ) as weight_units,
        weighed_seats.is_floored,
        case
            when weighed_seats.own_units is null and weighed_seats.model_units is null
            then coalesce(weighed_seats.fallback_reason_code, 'nothing_to_weigh')
        end as fallback_reason_code,
        wholes.whole_share_units,
        wholes.whole_minor,
        wholes.plan_whole_minor
    from weighed_seats
    inner join wholes
        on weighed_seats.whole_number = wholes.whole_number
    where weighed_seats.own_units is not null
        or coalesce(weighed_seats.model_units, weighed_seats.linear_units) > 0
        or weighed_seats.is_floored
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
        tie_break=['seat_number'],
    ) }}
)

select
    {{ surrogate_key([
        'credited_opportunities.opportunity_key',
        'credited_opportunities.book',
        'credited_opportunities.attribution_model',
        'seats.employee_key',
        'seats.function',
    ]) }} as credit_key,
    credited_opportunities.opportunity_key,
    seats.employee_key,
    seats.function,
    credited_opportunities.attribution_model,
    credited_opportunities.book,
    credited_opportunities.won_date as incentive_date,
    credited_opportunities.won_at,
    seats.first_touch_at,
    seats.last_touch_at,
    {{ share_from_units('allocated_parts.share_units') }} as credit_share,
    allocated_parts.credited_amount_minor,
    credited_opportunities.currency_code,
    allocated_parts.plan_credited_amount_minor,
    credited_opportunities.plan_currency_code,
    seats.touch_count,
    credited_opportunities.is_paid_model,
    case when allocated_parts.is_floored then 'floored_at_zero' else seats.credit_reason_code end
        as credit_reason_code,
    allocated_parts.fallback_reason_code
from allocated_parts
inner join credited_opportunities
    on allocated_parts.whole_number = credited_opportunities.whole_number
inner join numbered_seats as seats
    on allocated_parts.seat_number = seats.seat_number
