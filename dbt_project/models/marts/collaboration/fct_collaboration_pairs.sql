-- One row per employee, colleague and calendar month in which one helped the other.
with interactions as (
    select * from {{ ref('fct_interactions') }}
),

available_days as (
    select * from {{ ref('int_collaboration__available_days') }}
),

collaboration_settings as (
    select * from {{ ref('stg_policy__collaboration_settings') }}
),

sides as (
    select
        giver_employee_key as employee_key,
        taker_employee_key as colleague_employee_key,
        event_month,
        case when is_counted then 1 else 0 end as give_count,
        0 as take_count,
        case when exclusion_reason_code = 'over_pair_cap' then 1 else 0 end as over_cap_count
    from interactions
    union all
    select
        taker_employee_key as employee_key,
        giver_employee_key as colleague_employee_key,
        event_month,
        0 as give_count,
        case when is_counted then 1 else 0 end as take_count,
        case when exclusion_reason_code = 'over_pair_cap' then 1 else 0 end as over_cap_count
    from interactions
),

pairs as (
    select
        employee_key,
        colleague_employee_key,
        event_month,
        cast(sum(give_count) as bigint) as give_count,
        cast(sum(take_count) as bigint) as take_count,
        cast(sum(over_cap_count) as bigint) as over_cap_count
    from sides
    group by employee_key, colleague_employee_key, event_month
    having sum(give_count) + sum(take_count) > 0
),

meaningful_interactions as (
    select
        least(giver_employee_key, taker_employee_key) as low_key,
        greatest(giver_employee_key, taker_employee_key) as high_key,
        event_month,
        event_date,
        row_number() over (
            partition by
                least(giver_employee_key, taker_employee_key),
                greatest(giver_employee_key, taker_employee_key)
            order by event_at asc nulls last, interaction_key asc nulls last
        ) as pair_number
    from interactions
    where is_meaningful
),

-- a tie: so many interactions of a pair, either way, within the window, the last in this month
ties as (
    select distinct
        latest.low_key,
        latest.high_key,
        latest.event_month
    from meaningful_interactions as latest
    inner join collaboration_settings
        on {{ in_force('latest.event_date', 'collaboration_settings') }}
    inner join meaningful_interactions as earliest
        on latest.low_key = earliest.low_key
        and latest.high_key = earliest.high_key
        and latest.pair_number - collaboration_settings.tie_interaction_count + 1
            = earliest.pair_number
        and {{ days_between('earliest.event_date', 'latest.event_date') }}
            < collaboration_settings.tie_window_days
),

degrees as (
    select
        person_key,
        event_month,
        count(*) as degree
    from (
        select low_key as person_key, event_month from ties
        union all
        select high_key as person_key, event_month from ties
    ) as tie_ends
    group by person_key, event_month
),

-- With each end's function from here on: two people's functions looked up beside each other would
-- first pair everybody of a month with everybody.
tied_people as (
    select degrees.*, available_days.function
    from degrees
    inner join available_days
        on degrees.person_key = available_days.employee_key
        and degrees.event_month = available_days.month_start
),

low_degree_ties as (
    select
        ties.*,
        tied_people.degree as low_degree,
        tied_people.function as low_function
    from ties
    inner join tied_people
        on ties.low_key = tied_people.person_key
        and ties.event_month = tied_people.event_month
),

-- Each tie turned from the person with fewer ties to the one with more. Only ties that leave the
-- same person are joined below, so whom everybody knows is a place to arrive and not to leave
-- from: the join holds at most (ties) x root (2 x ties) rows. Joined at both ends, one person with
-- a thousand ties would make a million.
judged_ties as (
    select
        low_degree_ties.*,
        tied_people.function as high_function,
        low_degree_ties.low_degree <= tied_people.degree as is_from_low
    from low_degree_ties
    inner join tied_people
        on low_degree_ties.high_key = tied_people.person_key
        and low_degree_ties.event_month = tied_people.event_month
),

turned_ties as (
    select
        event_month,
        case when is_from_low then low_key else high_key end as from_key,
        case when is_from_low then low_function else high_function end as from_function,
        case when is_from_low then high_key else low_key end as to_key,
        case when is_from_low then high_function else low_function end as to_function
    from judged_ties
),

triangles as (
    select
        turned_ties.event_month,
        turned_ties.from_key as first_key,
        turned_ties.from_function as first_function,
        turned_ties.to_key as second_key,
        turned_ties.to_function as second_function,
        other_ties.to_key as third_key,
        other_ties.to_function as third_function
    from turned_ties
    inner join turned_ties as other_ties
        on turned_ties.event_month = other_ties.event_month
        and turned_ties.from_key = other_ties.from_key
        and turned_ties.to_key < other_ties.to_key
    inner join ties
        on turned_ties.event_month = ties.event_month
        and turned_ties.to_key = ties.low_key
        and other_ties.to_key = ties.high_key
),

directed_triangles as (
    {% for one, other, shared in [
        ('first', 'second', 'third'), ('second', 'first', 'third'), ('first', 'third', 'second'),
        ('third', 'first', 'second'), ('second', 'third', 'first'), ('third', 'second', 'first'),
    ] %}
    select
        event_month,
        {{ one }}_key as employee_key,
        {{ other }}_key as colleague_employee_key,
        {{ other }}_function <> {{ shared }}_function as is_across
    from triangles
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

shared_ties as (
    select
        employee_key,
        colleague_employee_key,
        event_month,
        cast(count(*) as bigint) as shared_tie_count,
        cast(sum(case when is_across then 1 else 0 end) as bigint) as shared_across_count
    from directed_triangles
    group by employee_key, colleague_employee_key, event_month
)

select
    pairs.employee_key,
    pairs.colleague_employee_key,
    colleagues.function as colleague_function,
    pairs.event_month as collaboration_month,
    pairs.give_count,
    pairs.take_count,
    pairs.over_cap_count,
    coalesce(shared_ties.shared_tie_count, 0) as shared_tie_count,
    coalesce(shared_ties.shared_across_count, 0) as shared_across_count,
    ties.low_key is not null as is_tie,
    ties.low_key is not null
    and coalesce(shared_ties.shared_tie_count, 0)
        >= collaboration_settings.strong_tie_shared_count as is_strong_tie
from pairs
inner join available_days as colleagues
    on pairs.colleague_employee_key = colleagues.employee_key
    and pairs.event_month = colleagues.month_start
inner join collaboration_settings
    on {{ in_force('pairs.event_month', 'collaboration_settings') }}
left join ties
    on least(pairs.employee_key, pairs.colleague_employee_key) = ties.low_key
    and greatest(pairs.employee_key, pairs.colleague_employee_key) = ties.high_key
    and pairs.event_month = ties.event_month
left join shared_ties
    on pairs.employee_key = shared_ties.employee_key
    and pairs.colleague_employee_key = shared_ties.colleague_employee_key
    and pairs.event_month = shared_ties.event_month
