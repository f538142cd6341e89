{#-
    The one effective-dating join: valid_from_date <= date < valid_to_date, open end 9999-12-31.
    alias: the relation that holds valid_from_date and valid_to_date.
-#}
{% macro in_force(date, alias) -%}
    ({{ alias }}.valid_from_date <= {{ date }} and {{ date }} < {{ alias }}.valid_to_date)
{%- endmacro %}

{#-
    The same for a date that may be null, in an inner join with settings that cover all time: a row
    without a date meets the settings that come last, so it is not lost.
-#}
{% macro in_force_if_dated(date, alias) -%}
    {{ in_force("coalesce(" ~ date ~ ", cast('9999-12-30' as date))", alias) }}
{%- endmacro %}

{% macro open_end() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

{#-
    Validities of employees, the one that somebody left with held open: who left before a win is
    measured as they were last (C07).
    relation: its rows have employee_key, valid_from_date, valid_to_date and `columns`;
    employee_history: the relation whose last valid_to_date of an employee is the day they left.
-#}
{% macro kept_after_leaving(relation, employee_history, columns) -%}
    select
        {{ relation }}.employee_key,
    {%- for column in columns %}
        {{ relation }}.{{ column }},
    {%- endfor %}
        {{ relation }}.valid_from_date,
        case
            when {{ relation }}.valid_to_date = last_employed.left_date then {{ open_end() }}
            else {{ relation }}.valid_to_date
        end as valid_to_date
    from {{ relation }}
    inner join (
        select employee_key, max(valid_to_date) as left_date
        from {{ employee_history }}
        group by employee_key
    ) as last_employed
        on {{ relation }}.employee_key = last_employed.employee_key
{%- endmacro %}

{#-
    The day in the company's zone on which a UTC instant falls (D01).
    zone: an IANA name from a cross join with one row, as max(time_zone) of company_settings gives
    it: a zone that is joined by date is stored on every row, and the conversion is ten times
    slower. A company has one zone for ever (tests/funnel/the_company_has_one_time_zone.sql).
-#}
{% macro local_date(instant, zone) -%}
    {{ return(adapter.dispatch('local_date')(instant, zone)) }}
{%- endmacro %}

{% macro default__local_date(instant, zone) -%}
    cast(timezone({{ zone }}, timezone('UTC', {{ instant }})) as date)
{%- endmacro %}

{% macro spark__local_date(instant, zone) -%}
    cast(from_utc_timestamp({{ instant }}, {{ zone }}) as date)
{%- endmacro %}

{#- The UTC instant at which a day of the company's zone begins. -#}
{% macro day_start_at(date, zone) -%}
    {{ return(adapter.dispatch('day_start_at')(date, zone)) }}
{%- endmacro %}

{% macro default__day_start_at(date, zone) -%}
    timezone('UTC', timezone({{ zone }}, cast({{ date }} as timestamp)))
{%- endmacro %}

{% macro spark__day_start_at(date, zone) -%}
    to_utc_timestamp(cast({{ date }} as timestamp), {{ zone }})
{%- endmacro %}

{#- Whole days from one date to a later one. -#}
{% macro days_between(from_date, to_date) -%}
    {{ return(adapter.dispatch('days_between')(from_date, to_date)) }}
{%- endmacro %}

{% macro default__days_between(from_date, to_date) -%}
    datediff('day', {{ from_date }}, {{ to_date }})
{%- endmacro %}

{% macro spark__days_between(from_date, to_date) -%}
    cast(datediff({{ to_date }}, {{ from_date }}) as bigint)
{%- endmacro %}

{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    (cast({{ date }} as date) + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(date, days) -%}
    date_add(cast({{ date }} as date), cast({{ days }} as int))
{%- endmacro %}

{% macro add_minutes(instant, minutes) -%}
    {{ return(adapter.dispatch('add_minutes')(instant, minutes)) }}
{%- endmacro %}

{% macro default__add_minutes(instant, minutes) -%}
    ({{ instant }} + to_minutes(cast({{ minutes }} as bigint)))
{%- endmacro %}

{% macro spark__add_minutes(instant, minutes) -%}
    ({{ instant }} + make_interval(0, 0, 0, 0, 0, cast({{ minutes }} as int), 0))
{%- endmacro %}

{#-
    The first days of all months that a span touches, as the column month_start of a subquery.
    relation: one row with from_date and to_date, both within.
-#}
{% macro months_of(relation) -%}
    {{ return(adapter.dispatch('months_of')(relation)) }}
{%- endmacro %}

{% macro default__months_of(relation) -%}
    select
        cast(unnest(generate_series(
            date_trunc('month', from_date), date_trunc('month', to_date), interval 1 month
        )) as date) as month_start
    from {{ relation }}
{%- endmacro %}

{% macro spark__months_of(relation) -%}
    select
        explode(sequence(
            cast(date_trunc('month', from_date) as date),
            cast(date_trunc('month', to_date) as date),
            interval 1 month
        )) as month_start
    from {{ relation }}
{%- endmacro %}

{% macro month_start(date) -%}
    cast(date_trunc('month', {{ date }}) as date)
{%- endmacro %}

{#- Whole minutes from one instant to a later one, by the clock's minutes. -#}
{% macro minutes_between(from_at, to_at) -%}
    {{ return(adapter.dispatch('minutes_between')(from_at, to_at)) }}
{%- endmacro %}

{% macro default__minutes_between(from_at, to_at) -%}
    datediff('minute', {{ from_at }}, {{ to_at }})
{%- endmacro %}

{% macro spark__minutes_between(from_at, to_at) -%}
    (
        unix_timestamp(date_trunc('minute', {{ to_at }}))
        - unix_timestamp(date_trunc('minute', {{ from_at }}))
    ) div 60
{%- endmacro %}
