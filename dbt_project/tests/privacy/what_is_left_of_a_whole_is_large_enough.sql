-- Fails if the teams that are hidden in a function which is shown, or the functions that are hidden
-- in a month in which any is shown, are one alone or fewer people than min_group_size: whoever
-- knows the whole could subtract what is shown from it (P02).
with shown_groups as (
    select * from {{ ref('int_collaboration__shown_groups') }}
),

functions as (
    select
        function,
        month_start,
        bool_and(is_function_shown) as is_shown,
        max(function_member_count) as member_count
    from shown_groups
    group by function, month_start
),

wholes as (
    select
        'function/' || function || '/' || cast(month_start as string) as whole,
        bool_and(is_function_shown) as has_shown,
        sum(case when is_team_shown then 0 else 1 end) as hidden_count,
        sum(case when is_team_shown then 0 else member_count end) as hidden_size
    from shown_groups
    group by function, month_start
    union all
    select
        'month/' || cast(month_start as string) as whole,
        bool_or(is_shown) as has_shown,
        sum(case when is_shown then 0 else 1 end) as hidden_count,
        sum(case when is_shown then 0 else member_count end) as hidden_size
    from functions
    group by month_start
)

select wholes.whole
from wholes
cross join {{ source('raw_night', 'run') }} as nights
inner join {{ ref('stg_policy__company_settings') }} as company_settings
    on {{ in_force('nights.run_date', 'company_settings') }}
where wholes.has_shown
    and wholes.hidden_count > 0
    and (wholes.hidden_count = 1 or wholes.hidden_size < company_settings.min_group_size)
