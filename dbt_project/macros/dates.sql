{#-
    The one effective-dating join: valid_from_date <= date < valid_to_date, open end 9999-12-31.
    alias: the relation that holds valid_from_date and valid_to_date.
-#}
{% macro in_force(date, alias) -%}
    ({{ alias }}.valid_from_date <= {{ date }} and {{ date }} < {{ alias }}.valid_to_date)
{%- endmacro %}

{% macro open_end() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

{#-
    The day in the company's zone on which a UTC instant falls (D01).
    zone: a column that holds an IANA name, joined from company_settings in force on the instant's
    UTC day. A zone that comes from a one-row join is as fast as a literal; one stored on every row
    is ten times slower.
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

{% macro month_start(date) -%}
    cast(date_trunc('month', {{ date }}) as date)
{%- endmacro %}
