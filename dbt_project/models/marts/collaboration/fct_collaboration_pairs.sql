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

low_degree_ties as (
    select ties.*, degrees.degree as low_degree
    from ties
    inner join degrees
        on ties.low_key = degrees.person_key
        and ties.event_month = degrees.event_month
),

-- Each tie turned from the person with fewer ties to the one with more. Only ties that leave the
-- same person are joined below, so whom everybody knows is a place to arrive and not to leave
-- from: the join holds at most (ties) x root (2 x ties) rows. Joined at both ends, one person with
-- a thousand ties would make a million.
turned_ties as (
    select
        low_degree_ties.event_month,
        case
            when low_degree_ties.low_degree <= degrees.degree then low_degree_ties.low_key
            else low_degree_ties.high_key
        end as from_key,
        case
            when low_degree_ties.low_degree <= degrees.degree then low_degree_ties.high_key
            else low_degree_ties.low_key
        end as to_key
    from low_degree_ties
    inner join degrees
        on low_degree_ties.high_key = degrees.person_key
        and low_degree_ties.event_month = degrees.event_month
),

triangles as (
    select
        turned_ties.event_month,
        turned_ties.from_key as first_key,
        turned_ties.to_key as second_key,
        other_ties.to_key as third_key
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
        ('first_key', 'second_key', 'third_key'), ('second_key', 'first_key', 'third_key'),
        ('first_key', 'third_key', 'second_key'), ('third_key', 'first_key', 'second_key'),
        ('second_key', 'third_key', 'first_key'), ('third_key', 'second_key', 'first_key'),
    ] %}
    select
        event_month,
        {{ one }} as employee_key,
        {{ other }} as colleague_employee_key,
        {{ shared }} as shared_employee_key
    from triangles
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

shared_ties as (
    select
        directed_triangles.employee_key,
        directed_triangles.colleague_employee_key,
        directed_triangles.event_month,
        cast(count(*) as bigint) as shared_tie_count,
        cast(sum(
            case when colleagues.function <> sharers.function then 1 else 0 end
        ) as bigint) as shared_across_count
    from directed_triangles
    inner join available_days as colleagues
        on directed_triangles.colleague_employee_key = colleagues.employee_key
        and directed_triangles.event_month = colleagues.month_start
    inner join available_days as sharers
        on directed_triangles.shared_employee_key = sharers.employee_key
        and directed_triangles.event_month = sharers.month_start
    group by
        directed_triangles.employee_key,
        directed_triangles.colleague_employee_key,
        directed_triangles.event_month
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
