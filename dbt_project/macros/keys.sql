{#-
    md5 over text: the same key on every engine, for ever.
    parts: SQL expressions of type text, date, bigint, integer or boolean. Decimals and timestamps
    print differently on DuckDB and Spark: cast decimals to bigint, send timestamps through
    instant_text().
-#}
{% macro surrogate_key(parts) -%}
    md5(
    {%- for part in parts -%}
        coalesce(cast({{ part }} as string), '~null~'){{ " || '|' || " if not loop.last }}
    {%- endfor -%}
    )
{%- endmacro %}

{#- A UTC instant as text with microseconds, for keys and evidence. -#}
{% macro instant_text(instant) -%}
    {{ return(adapter.dispatch('instant_text')(instant)) }}
{%- endmacro %}

{% macro default__instant_text(instant) -%}
    strftime({{ instant }}, '%Y-%m-%dT%H:%M:%S.%f')
{%- endmacro %}

{% macro spark__instant_text(instant) -%}
    date_format({{ instant }}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")
{%- endmacro %}

{#-
    Salesforce ids come with 15 characters (case matters) or with 18 (the same and a checksum of the
    case). One record has one id here: the long one. Anything that is not 15 letters and digits
    passes unchanged; an id is never lower-cased.
-#}
{% macro sf_id_18(id) -%}
    case
        when length({{ id }}) = 15
            and translate(
                {{ id }},
                'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
                ''
            ) = ''
        then {{ id }}
        {%- for first in [1, 6, 11] %}
            || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1
            {%- for offset in range(5) %}
                + case
                    when substr({{ id }}, {{ first + offset }}, 1) between 'A' and 'Z'
                    then {{ 2 ** offset }} else 0
                end
            {%- endfor -%}
            , 1)
        {%- endfor %}
        else {{ id }}
    end
{%- endmacro %}

{#- Whether an id of 18 characters, which may be of any object, is that of a Salesforce deal. -#}
{% macro is_sf_opportunity(id) -%}
    (length({{ id }}) = 18 and substr({{ id }}, 1, 3) = '006')
{%- endmacro %}

{#- What stands for the owner of a campaign that marketing's records no longer hold. -#}
{% macro lost_campaign(campaign_id) -%}
    'campaign:' || {{ campaign_id }}
{%- endmacro %}
