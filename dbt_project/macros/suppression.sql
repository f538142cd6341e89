{#-
    Which cells of a table must not be shown (P02).

    relation: a CTE that holds the columns of `lines` and of `order_by`, and is_small, true for a
        cell of too few people.
    lines: lists of columns. A reader who knows the total of a line of cells could subtract the
        others from it, so no line may have exactly one suppressed cell.
    order_by: which visible cell joins a lonely one; the same cell whatever the input order.

    Lines cross, and a cell suppressed for one may be the lonely one of another. The passes below
    alternate over the lines; what they do not settle is suppressed as a whole table: every cell
    that shares the columns common to all lines.
    Gives every column of the relation and suppressed; use it as the body of a CTE.
-#}
{% macro suppress_small_groups(relation, lines, order_by, passes=3) -%}
    {%- set ns = namespace(step=0) -%}
    {%- set ns.source -%}
    select cells.*, is_small as suppressed_0 from {{ relation }} as cells
    {%- endset -%}
    {%- set table_columns = [] -%}
    {%- for column in lines[0] -%}
        {%- set shared = namespace(is_common=true) -%}
        {%- for line in lines -%}
            {%- if column not in line -%}{%- set shared.is_common = false -%}{%- endif -%}
        {%- endfor -%}
        {%- if shared.is_common -%}{%- do table_columns.append(column) -%}{%- endif -%}
    {%- endfor -%}
    {%- for pass in range(passes if lines | length > 1 else 1) -%}
        {%- for line in lines -%}
            {%- set before = 'suppressed_' ~ ns.step -%}
            {%- set after = 'suppressed_' ~ (ns.step + 1) -%}
            {%- set ns.source -%}
    select
        counted_{{ ns.step }}.*,
        {{ before }}
        or (line_count_{{ ns.step }} = 1 and line_rank_{{ ns.step }} = 1) as {{ after }}
    from (
        select
            cells_{{ ns.step }}.*,
            sum(case when {{ before }} then 1 else 0 end) over (
                partition by {{ line | join(', ') }}
            ) as line_count_{{ ns.step }},
            row_number() over (
                partition by {{ line | join(', ') }}, {{ before }}
                order by {{ order_by | join(' asc nulls last, ') }} asc nulls last
            ) + case when {{ before }} then 1 else 0 end * 1000000 as line_rank_{{ ns.step }}
        from ({{ ns.source }}) as cells_{{ ns.step }}
    ) as counted_{{ ns.step }}
            {%- endset -%}
            {%- set ns.step = ns.step + 1 -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set settled = 'suppressed_' ~ ns.step %}
    select
        judged_cells.*,
        {{ settled }} or bool_or(is_lonely) over (
            partition by {{ table_columns | join(', ') }}
        ) as suppressed
    from (
        select
            settled_cells.*,
            {{ settled }} and (
                {%- for line in lines %}
                (
                    sum(case when {{ settled }} then 1 else 0 end) over (
                        partition by {{ line | join(', ') }}
                    ) = 1
                    and count(*) over (partition by {{ line | join(', ') }}) > 1
                ){{ ' or' if not loop.last }}
                {%- endfor %}
            ) as is_lonely
        from ({{ ns.source }}) as settled_cells
    ) as judged_cells
{%- endmacro %}
