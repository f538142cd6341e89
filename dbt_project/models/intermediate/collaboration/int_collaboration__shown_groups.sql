-- One row per team, function and calendar month.
with available_days as (
    select * from {{ ref('int_collaboration__available_days') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

collaboration_settings as (
    select * from {{ ref('stg_policy__collaboration_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

limits as (
    select
        company_settings.min_group_size,
        collaboration_settings.steady_group_size,
        {{ month_start('nights.run_date') }} as last_month
    from nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
    inner join collaboration_settings
        on {{ in_force('nights.run_date', 'collaboration_settings') }}
),

-- who is away for the whole month hides nobody, because everybody knows
present_people as (
    select
        employee_key,
        team,
        function,
        month_start,
        {{ month_start(add_days('month_start', 31)) }} as next_month,
        case
            when lag(month_start) over (
                partition by employee_key order by month_start asc nulls last
            ) = {{ month_start(add_days('month_start', -1)) }}
            then lag(team) over (partition by employee_key order by month_start asc nulls last)
        end as last_team,
        case
            when lag(month_start) over (
                partition by employee_key order by month_start asc nulls last
            ) = {{ month_start(add_days('month_start', -1)) }}
            then lag(function) over (partition by employee_key order by month_start asc nulls last)
        end as last_function,
        case
            when lead(month_start) over (
                partition by employee_key order by month_start asc nulls last
            ) = {{ month_start(add_days('month_start', 31)) }}
            then lead(team) over (partition by employee_key order by month_start asc nulls last)
        end as next_team,
        case
            when lead(month_start) over (
                partition by employee_key order by month_start asc nulls last
            ) = {{ month_start(add_days('month_start', 31)) }}
            then lead(function) over (partition by employee_key order by month_start asc nulls last)
        end as next_function
    from available_days
    where available_days > 0
),

{% for group in ['team', 'function'] -%}
-- people who came to the {{ group }} or left it since the month before
{{ group }}_changes as (
    select
        {{ group }},
        month_start,
        count(*) as changed_count
    from (
        select {{ group }}, month_start
        from present_people
        where coalesce(last_{{ group }}, '') <> {{ group }}
        union all
        select present_people.{{ group }}, present_people.next_month as month_start
        from present_people
        cross join limits
        where coalesce(present_people.next_{{ group }}, '') <> present_people.{{ group }}
            and present_people.next_month <= limits.last_month
    ) as changes
    group by {{ group }}, month_start
),

{% endfor -%}
parts as (
    select
        team,
        function,
        month_start,
        cast(sum(case when available_days > 0 then 1 else 0 end) as bigint) as member_count
    from available_days
    group by team, function, month_start
),

sized_parts as (
    select
        parts.*,
        limits.min_group_size,
        limits.steady_group_size,
        cast(
            sum(parts.member_count) over (partition by parts.team, parts.month_start) as bigint
        ) as team_member_count,
        min(parts.member_count) over (partition by parts.team, parts.month_start)
            as smallest_part_count,
        coalesce(team_changes.changed_count, 0) as team_changed_count
    from parts
    cross join limits
    left join team_changes
        on parts.team = team_changes.team
        and parts.month_start = team_changes.month_start
),

-- A team is small, or few of several functions sit in it, or few came and went while so few stayed
-- that the difference to the month before would be about those few.
judged_parts as (
    select
        *,
        smallest_part_count < min_group_size
        or (
            team_changed_count between 1 and min_group_size - 1
            and team_member_count < steady_group_size
        ) as is_small
    from sized_parts
),

-- the teams of a function add up to what its rows of fct_function_flows add up to
suppressed_parts as (
    {{ suppress_small_groups(
        'judged_parts',
        within=['month_start', 'function'],
        size='member_count',
        order_by=['team'],
    ) }}
),

team_parts as (
    select
        team,
        function,
        month_start,
        member_count,
        team_member_count,
        min_group_size,
        steady_group_size,
        bool_or(suppressed) over (partition by team, month_start) as is_team_hidden
    from suppressed_parts
),

functions as (
    select
        function,
        month_start,
        min_group_size,
        steady_group_size,
        cast(sum(member_count) as bigint) as function_member_count,
        sum(case when is_team_hidden then 1 else 0 end) as hidden_part_count,
        sum(case when is_team_hidden then member_count else 0 end) as hidden_member_count
    from team_parts
    group by function, month_start, min_group_size, steady_group_size
),

-- a function is as small or as unsteady as a team may be, and must not give its hidden teams away
judged_functions as (
    select
        functions.*,
        functions.function_member_count < functions.min_group_size
        or (
            coalesce(function_changes.changed_count, 0) between 1 and functions.min_group_size - 1
            and functions.function_member_count < functions.steady_group_size
        )
        or (
            functions.hidden_part_count > 0
            and (
                functions.hidden_part_count = 1
                or functions.hidden_member_count < functions.min_group_size
            )
        ) as is_small
    from functions
    left join function_changes
        on functions.function = function_changes.function
        and functions.month_start = function_changes.month_start
),

suppressed_functions as (
    {{ suppress_small_groups(
        'judged_functions',
        within=['month_start'],
        size='function_member_count',
        order_by=['function'],
    ) }}
)

select
    team_parts.team,
    team_parts.function,
    team_parts.month_start,
    team_parts.member_count,
    team_parts.team_member_count,
    suppressed_functions.function_member_count,
    not team_parts.is_team_hidden
    and not bool_or(suppressed_functions.suppressed) over (
        partition by team_parts.team, team_parts.month_start
    ) as is_team_shown,
    not suppressed_functions.suppressed as is_function_shown
from team_parts
inner join suppressed_functions
    on team_parts.function = suppressed_functions.function
    and team_parts.month_start = suppressed_functions.month_start
