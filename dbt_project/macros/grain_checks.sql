{% macro repeated_rows(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endmacro %}

{% macro overlaps(model, key, from_column='valid_from_date', to_column='valid_to_date') %}
    select *
    from (
        select
            {{ key | join(', ') }},
            {{ from_column }},
            {{ to_column }},
            lead({{ from_column }}) over (
                partition by {{ key | join(', ') }} order by {{ from_column }} asc nulls last
            ) as next_from_date
        from {{ model }}
    ) as validities
    where next_from_date < {{ to_column }} or {{ to_column }} <= {{ from_column }}
{% endmacro %}

{#
    The tests of grain and of validity of every model that was built, in one statement at the end of
    a segment. As nodes they are half of all that dbt runs in a night, at 60 ms of Python each, for
    a few milliseconds of SQL. A run that selects them as nodes (`dbt build`) leaves nothing to do
    here.
#}
{% macro check_grains(results) %}
    {%- set built = [] -%}
    {%- for result in results if result.status == 'success' -%}
        {%- do built.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- set checks = [] -%}
    {%- for name, test in graph.nodes.items() | sort(attribute='0') -%}
        {%- if test.resource_type == 'test'
            and test.attached_node in built
            and name not in selected_resources
            and test.test_metadata.name in ('one_row_per', 'no_overlap') -%}
            {%- do checks.append(test) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if checks -%}
        {%- set statement -%}
            {%- for test in checks -%}
                {%- set model = graph.nodes[test.attached_node] -%}
                {%- set relation = api.Relation.create(
                    database=model.database, schema=model.schema, identifier=model.alias
                ) -%}
                {%- set arguments = test.test_metadata.kwargs -%}
                select '{{ test.name }}' as failed_test, count(*) as row_count
                from (
                    {% if test.test_metadata.name == 'one_row_per' -%}
                        {{ repeated_rows(relation, arguments['columns']) }}
                    {%- else -%}
                        {{ overlaps(
                            relation,
                            arguments['key'],
                            arguments.get('from_column', 'valid_from_date'),
                            arguments.get('to_column', 'valid_to_date'),
                        ) }}
                    {%- endif %}
                ) as violations
                having count(*) > 0
                {{ 'union all' if not loop.last }}
            {% endfor -%}
        {%- endset -%}
        {%- set failed = [] -%}
        {%- for row in run_query(statement).rows -%}
            {%- do failed.append('test ' ~ row[0] ~ ' found ' ~ row[1] ~ ' rows') -%}
        {%- endfor -%}
        {%- if failed -%}
            {%- do exceptions.raise_compiler_error(failed | join('; ')) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
