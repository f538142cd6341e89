-- One row per team and calendar month.
with collaboration_monthly as (
    select * from {{ ref('fct_collaboration_monthly') }}
),

shown_groups as (
    select * from {{ ref('int_collaboration__shown_groups') }}
),

shown_teams as (
    select
        team,
        month_start,
        bool_and(is_team_shown) as is_shown,
        max(team_member_count) as member_count
    from shown_groups
    group by team, month_start
),

teams as (
    select
        team,
        min(function) as function,
        collaboration_month,
        cast(sum(available_days) as decimal(18, 6)) as available_days,
        cast(sum(give_count) as bigint) as give_count,
        cast(sum(take_count) as bigint) as take_count,
        cast(sum(tie_count) as bigint) as tie_count,
        cast(sum(strong_tie_count) as bigint) as strong_tie_count,
        cast(sum(brokerage_count) as bigint) as brokerage_count
    from collaboration_monthly
    group by team, collaboration_month
),

-- from here on nothing is left of a team that must not be shown
shown_measures as (
    select
        teams.team,
        teams.function,
        teams.collaboration_month,
        not shown_teams.is_shown as suppressed,
        case when shown_teams.is_shown then shown_teams.member_count end as member_count,
        case when shown_teams.is_shown then teams.available_days end as available_days,
        case when shown_teams.is_shown then teams.give_count end as give_count,
        case when shown_teams.is_shown then teams.take_count end as take_count,
        case when shown_teams.is_shown then teams.tie_count end as tie_count,
        case when shown_teams.is_shown then teams.strong_tie_count end as strong_tie_count,
        case when shown_teams.is_shown then teams.brokerage_count end as brokerage_count
    from teams
    inner join shown_teams
        on teams.team = shown_teams.team
        and teams.collaboration_month = shown_teams.month_start
)

select
    team,
    function,
    collaboration_month,
    member_count,
    available_days,
    give_count,
    take_count,
    tie_count,
    strong_tie_count,
    brokerage_count,
    {{ ratio('least(give_count, take_count)', 'greatest(give_count, take_count)') }}
        as reciprocity,
    case when not suppressed then {{ per_day('give_count', 'available_days') }} end
        as gives_per_day,
    case when not suppressed then {{ per_day('take_count', 'available_days') }} end
        as takes_per_day,
    case when not suppressed then {{ per_day('tie_count', 'available_days') }} end
        as ties_per_day,
    case when not suppressed then {{ per_day('(give_count + take_count)', 'available_days') }} end
        as collaboration_load,
    suppressed
from shown_measures
