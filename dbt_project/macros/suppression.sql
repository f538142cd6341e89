{#-
    Which groups of people must not be shown (P02).

    relation: a CTE with min_group_size, is_small, true for a group that must not be shown for its
        own sake, and the columns below.
    within: the columns of the whole that the groups are parts of. A reader may know the whole, and
        could subtract the groups that are shown from it.
    size: the column that says how many people the group is about.
    order_by: decides between groups of one size; with `within` unique.

    What is left of the whole is never one group, which would stand there bare, nor about fewer
    people than min_group_size, which two small groups together still may be: so the smallest of the
    other groups are hidden with them until neither holds; a group without anybody would hide nobody
    and comes last. Where there are not enough, all are.
    Gives every column of the relation and suppressed; use it as the body of a CTE.
-#}
{% macro suppress_small_groups(relation, within, size, order_by) -%}
    {%- set whole = within | join(', ') -%}
    {%- set smallest_first -%}
                partition by {{ whole }}, is_small
                order by
                    case when {{ size }} > 0 then 0 else 1 end asc nulls last,
                    {{ size }} asc nulls last
                {%- for column in order_by %}, {{ column }} asc nulls last{% endfor %}
    {%- endset -%}
    select
        ranked_groups.*,
        is_small
        or (
            hidden_count > 0
            and (
                hidden_count + group_rank <= 2
                or hidden_size + coalesce(size_before, 0) < min_group_size
            )
        ) as suppressed
    from (
        select
            counted_groups.*,
            row_number() over (
                {{ smallest_first }}
            ) as group_rank,
            sum({{ size }}) over (
                {{ smallest_first }}
                rows between unbounded preceding and 1 preceding
            ) as size_before
        from (
            select
                all_groups.*,
                sum(case when is_small then 1 else 0 end) over (
                    partition by {{ whole }}
                ) as hidden_count,
                sum(case when is_small then {{ size }} else 0 end) over (
                    partition by {{ whole }}
                ) as hidden_size
            from {{ relation }} as all_groups
        ) as counted_groups
    ) as ranked_groups
{%- endmacro %}

{#- One row per block of `line` (giver or taker) and month: as many people as gave or took there,
    whichever are fewer. -#}
{% macro people_behind_lines(interactions, line) -%}
select
        {{ line }}_block,
        month_start,
        least(
            count(distinct giver_employee_key), count(distinct taker_employee_key)
        ) as people_count
    from {{ interactions }}
    group by {{ line }}_block, month_start
{%- endmacro %}
