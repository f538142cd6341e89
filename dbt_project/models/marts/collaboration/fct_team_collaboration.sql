-- One row per team and calendar month.
with collaboration_monthly as (
    select * from {{ ref('fct_collaboration_monthly') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

teams as (
    select
        team,
        min(function) as function,
        collaboration_month,
        cast(count(*) as bigint) as member_count,
        sum(available_days) as available_days,
        cast(sum(give_count) as bigint) as give_count,
        cast(sum(take_count) as bigint) as take_count,
        cast(sum(tie_count) as bigint) as tie_count
    from collaboration_monthly
    group by team, collaboration_month
),

sized_teams as (
    select
        teams.*,
        teams.member_count < company_settings.min_group_size as is_small
    from teams
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
),

-- a small team is not shown, nor what would be left of its function or of the company without it
suppressed_teams as (
    {{ suppress_small_groups(
        'sized_teams',
        lines=[['collaboration_month', 'function'], ['collaboration_month']],
        order_by=['member_count', 'team'],
    ) }}
)

select
    team,
    function,
    collaboration_month,
    case when not suppressed then member_count end as member_count,
    case when not suppressed then cast(available_days as decimal(18, 6)) end as available_days,
    case when not suppressed then give_count end as give_count,
    case when not suppressed then take_count end as take_count,
    case when not suppressed then tie_count end as tie_count,
    case
        when not suppressed
        then {{ ratio('least(give_count, take_count)', 'greatest(give_count, take_count)') }}
    end as reciprocity,
    case
        when not suppressed
        then {{ ratio(
            '(give_count + take_count) * 1000000', 'cast(available_days * 1000000 as bigint)'
        ) }}
    end as collaboration_load,
    suppressed
from suppressed_teams
