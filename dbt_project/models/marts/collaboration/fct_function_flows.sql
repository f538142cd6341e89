-- One row per giver function, taker function and calendar month.
with interactions as (
    select * from {{ ref('fct_interactions') }}
),

available_days as (
    select * from {{ ref('int_collaboration__available_days') }}
),

shown_groups as (
    select * from {{ ref('int_collaboration__shown_groups') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

months as (
    select distinct event_month from interactions where is_counted
),

-- Functions that must not be shown are one block without a name: what it gives and takes follows
-- from the functions that are shown, and has to be protected like a cell.
functions as (
    select distinct
        shown_groups.function,
        shown_groups.month_start,
        case when shown_groups.is_function_shown then shown_groups.function else '' end as block
    from shown_groups
    inner join months
        on shown_groups.month_start = months.event_month
),

blocks as (
    select distinct block, month_start from functions
),

block_interactions as (
    select
        interactions.giver_employee_key,
        interactions.taker_employee_key,
        interactions.event_month as month_start,
        givers.block as giver_block,
        takers.block as taker_block
    from interactions
    inner join available_days as giver_days
        on interactions.giver_employee_key = giver_days.employee_key
        and interactions.event_month = giver_days.month_start
    inner join available_days as taker_days
        on interactions.taker_employee_key = taker_days.employee_key
        and interactions.event_month = taker_days.month_start
    inner join functions as givers
        on giver_days.function = givers.function
        and giver_days.month_start = givers.month_start
    inner join functions as takers
        on taker_days.function = takers.function
        and taker_days.month_start = takers.month_start
    where interactions.is_counted
),

counted_cells as (
    select
        giver_block,
        taker_block,
        month_start,
        cast(count(*) as bigint) as interaction_count,
        least(
            count(distinct giver_employee_key), count(distinct taker_employee_key)
        ) as people_count
    from block_interactions
    group by giver_block, taker_block, month_start
),

-- every pair of blocks, also where nobody helped: few givers are as easy to make out as few takers
cells as (
    select
        givers.block as giver_block,
        takers.block as taker_block,
        givers.month_start,
        company_settings.min_group_size,
        coalesce(counted_cells.interaction_count, 0) as interaction_count,
        coalesce(counted_cells.people_count, 0) >= company_settings.min_group_size as is_large,
        coalesce(counted_cells.people_count, 0) between 1 and company_settings.min_group_size - 1
            as is_small,
        givers.block = '' or takers.block = '' as is_of_hidden_block
    from blocks as givers
    inner join blocks as takers
        on givers.month_start = takers.month_start
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
    left join counted_cells
        on givers.block = counted_cells.giver_block
        and takers.block = counted_cells.taker_block
        and givers.month_start = counted_cells.month_start
),

small_interactions as (
    select block_interactions.*
    from block_interactions
    inner join cells
        on block_interactions.giver_block = cells.giver_block
        and block_interactions.taker_block = cells.taker_block
        and block_interactions.month_start = cells.month_start
    where cells.is_small or cells.is_of_hidden_block
),

{% for line in ['giver', 'taker'] -%}
-- What is left of a {{ line }}'s whole when its large cells are shown may be about enough people
-- already; otherwise a large cell has to be hidden with it, if there is one.
{{ line }}_lines as (
    {{ people_behind_lines('small_interactions', line) }}
),

{% endfor -%}
weighed_cells as (
    select
        cells.*,
        case when cells.is_small or cells.is_of_hidden_block then 0 else cells.interaction_count end
            as loss,
        coalesce(giver_lines.people_count, 0) >= cells.min_group_size
        or not bool_or(cells.is_large) over (
            partition by cells.month_start, cells.giver_block
        ) as is_safe_in_row,
        coalesce(taker_lines.people_count, 0) >= cells.min_group_size
        or not bool_or(cells.is_large) over (
            partition by cells.month_start, cells.taker_block
        ) as is_safe_in_column
    from cells
    left join giver_lines
        on cells.giver_block = giver_lines.giver_block
        and cells.month_start = giver_lines.month_start
    left join taker_lines
        on cells.taker_block = taker_lines.taker_block
        and cells.month_start = taker_lines.month_start
),

-- A reader who knows what each function gives and takes in all can subtract along rows and columns.
-- A small cell stays unknown if it is a corner of a rectangle of hidden cells: each chain of
-- subtractions that meets it meets another of them. The cheapest rectangle is taken.
rectangles as (
    select
        small_cells.giver_block,
        small_cells.taker_block,
        small_cells.month_start,
        opposite_cells.giver_block as other_giver_block,
        opposite_cells.taker_block as other_taker_block,
        row_number() over (
            partition by
                small_cells.month_start, small_cells.giver_block, small_cells.taker_block
            order by
                opposite_cells.loss + row_cells.loss + column_cells.loss asc nulls last,
                opposite_cells.giver_block asc nulls last,
                opposite_cells.taker_block asc nulls last
        ) as loss_rank
    from weighed_cells as small_cells
    inner join weighed_cells as opposite_cells
        on small_cells.month_start = opposite_cells.month_start
        and small_cells.giver_block <> opposite_cells.giver_block
        and small_cells.taker_block <> opposite_cells.taker_block
        and opposite_cells.interaction_count > 0
    inner join weighed_cells as row_cells
        on small_cells.month_start = row_cells.month_start
        and small_cells.giver_block = row_cells.giver_block
        and opposite_cells.taker_block = row_cells.taker_block
        and (row_cells.is_large or small_cells.is_safe_in_row)
    inner join weighed_cells as column_cells
        on small_cells.month_start = column_cells.month_start
        and opposite_cells.giver_block = column_cells.giver_block
        and small_cells.taker_block = column_cells.taker_block
        and (column_cells.is_large or small_cells.is_safe_in_column)
    where small_cells.is_small
),

corners as (
    select month_start, other_giver_block as giver_block, other_taker_block as taker_block
    from rectangles
    where loss_rank = 1
    union
    select month_start, giver_block, other_taker_block as taker_block
    from rectangles
    where loss_rank = 1
    union
    select month_start, other_giver_block as giver_block, taker_block
    from rectangles
    where loss_rank = 1
),

hidden_cells as (
    select
        weighed_cells.*,
        weighed_cells.is_small
        or weighed_cells.is_of_hidden_block
        or corners.month_start is not null as is_hidden
    from weighed_cells
    left join corners
        on weighed_cells.month_start = corners.month_start
        and weighed_cells.giver_block = corners.giver_block
        and weighed_cells.taker_block = corners.taker_block
),

hidden_interactions as (
    select block_interactions.*
    from block_interactions
    inner join hidden_cells
        on block_interactions.giver_block = hidden_cells.giver_block
        and block_interactions.taker_block = hidden_cells.taker_block
        and block_interactions.month_start = hidden_cells.month_start
    where hidden_cells.is_hidden
),

-- the people behind what is left of each line beside what is shown of it, once all is chosen
{% for line in ['giver', 'taker'] -%}
{{ line }}_rests as (
    {{ people_behind_lines('hidden_interactions', line) }}
),

bare_{{ line }}_lines as (
    select distinct hidden_cells.month_start
    from hidden_cells
    inner join {{ line }}_rests
        on hidden_cells.{{ line }}_block = {{ line }}_rests.{{ line }}_block
        and hidden_cells.month_start = {{ line }}_rests.month_start
    where {{ line }}_rests.people_count < hidden_cells.min_group_size
        and not hidden_cells.is_hidden
        and hidden_cells.interaction_count > 0
),

{% endfor -%}
-- a month with a small cell without a rectangle, or with a line left about few people, is hidden
bare_months as (
    select weighed_cells.month_start
    from weighed_cells
    left join rectangles
        on weighed_cells.month_start = rectangles.month_start
        and weighed_cells.giver_block = rectangles.giver_block
        and weighed_cells.taker_block = rectangles.taker_block
        and rectangles.loss_rank = 1
    where weighed_cells.is_small and rectangles.month_start is null
    union
    select month_start from bare_giver_lines
    union
    select month_start from bare_taker_lines
),

judged_cells as (
    select
        hidden_cells.giver_block,
        hidden_cells.taker_block,
        hidden_cells.month_start,
        hidden_cells.interaction_count,
        hidden_cells.is_hidden or bare_months.month_start is not null as suppressed
    from hidden_cells
    left join bare_months
        on hidden_cells.month_start = bare_months.month_start
)

select
    givers.function as giver_function,
    takers.function as taker_function,
    givers.month_start as collaboration_month,
    case when not judged_cells.suppressed then judged_cells.interaction_count end
        as interaction_count,
    judged_cells.suppressed
from functions as givers
inner join functions as takers
    on givers.month_start = takers.month_start
inner join judged_cells
    on givers.block = judged_cells.giver_block
    and takers.block = judged_cells.taker_block
    and givers.month_start = judged_cells.month_start
