-- One row per rule of policy and policy table.
{%- set policy = policy_contract() %}
with
{%- for table in policy.row_keys %}
{{ table }} as (
    select * from {{ ref('stg_policy__' ~ table) }}
),
{%- endfor %}

component_checks as (
    select * from {{ ref('int_bonus__component_checks') }}
),

employees as (
    select * from {{ ref('int_identity__employees') }}
),

-- whom a row of policy is about, where it names one employee or one function
named_assignees as (
    select
        'quotas' as table_name,
        {{ policy_row_key('quotas') }} as row_key,
        assignee_type,
        assignee_code
    from quotas
    union all
    select
        'plan_assignments' as table_name,
        {{ policy_row_key('plan_assignments') }} as row_key,
        assignee_type,
        assignee_code
    from plan_assignments
),

tier_edges as (
    select
        rate_tables.*,
        lag(upper_attainment) over (
            partition by rate_table_key order by tier asc nulls last
        ) as last_upper_attainment,
        lag(tier) over (partition by rate_table_key order by tier asc nulls last) is null
            as is_first,
        lead(tier) over (partition by rate_table_key order by tier asc nulls last) is null
            as is_last
    from rate_tables
),

measures as (
    select measure from ledger_measures
    union distinct
    select 'bookings' as measure
    union distinct
    select 'team_bookings' as measure
),

checks as (
{%- for table, key in policy.dated_tables.items() %}
    select
        'validities do not overlap and do not end before they begin (E08)' as rule,
        '{{ table }}' as table_name,
        {{ policy_row_key(table) }} as row_key,
        {{ overlaps_neighbour(key) }} as is_failing
    from {{ table }}
    union all
{%- endfor %}
{%- for table, column, allowed in policy.codes %}
    select
        'codes are known' as rule,
        '{{ table }}' as table_name,
        '{{ column }}: ' || {{ policy_row_key(table) }} as row_key,
        coalesce({{ column }} not in (
            {%- for code in allowed -%}
                {{ "'" ~ code ~ "'" if code is string else code }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ), false) as is_failing
    from {{ table }}
    union all
{%- endfor %}
{%- for table, column, parent, parent_column in policy.references %}
    select
        'what a row names exists' as rule,
        '{{ table }}' as table_name,
        '{{ column }}: ' || {{ policy_row_key(table, 'child.') }} as row_key,
        child.{{ column }} is not null and known.code is null as is_failing
    from {{ table }} as child
    left join (select distinct {{ parent_column }} as code from {{ parent }}) as known
        on child.{{ column }} = known.code
    union all
{%- endfor %}
{%- for table, columns in policy.money.items() %}
    {%- for column in columns %}
    -- an amount with more digits than its currency has was typed in another unit
    select
        'amounts fit the digits of their currency (G09)' as rule,
        '{{ table }}' as table_name,
        {{ policy_row_key(table) }} as row_key,
        {{ column }} is not null
            and coalesce(
                {{ column }} * {{ power_of_ten('minor_digits') }}
                    <> round({{ column }} * {{ power_of_ten('minor_digits') }}, 0),
                true
            ) as is_failing
    from {{ table }}
    union all
    {%- endfor %}
    select
        'amounts are in the plan currency (G09)' as rule,
        '{{ table }}' as table_name,
        {{ policy_row_key(table) }} as row_key,
        coalesce(currency_code, '') not in (select plan_currency_code from company_settings)
            as is_failing
    from {{ table }}
    union all
{%- endfor %}
{%- for table, column, least, most in policy.bounds %}
    select
        'numbers are within their bounds' as rule,
        '{{ table }}' as table_name,
        '{{ column }}: ' || {{ policy_row_key(table) }} as row_key,
        coalesce(
            {{ column }} < {{ least }}
            {%- if most is not none %} or {{ column }} > {{ most }}{% endif %}, false
        ) as is_failing
    from {{ table }}
    union all
{%- endfor %}
    select
        'what a row names exists' as rule,
        named_assignees.table_name,
        'assignee_code: ' || named_assignees.row_key as row_key,
        (named_assignees.assignee_type = 'employee' and employees.employee_number is null)
            or (named_assignees.assignee_type = 'function' and functions.function is null)
            as is_failing
    from named_assignees
    left join employees
        on named_assignees.assignee_code = employees.employee_number
    left join (select distinct function from functions) as functions
        on named_assignees.assignee_code = functions.function
    union all
    -- a tier includes its lower edge and excludes its upper one, so it starts where the last ended
    select
        'tiers begin at zero, join without gap or overlap, and the last is open (T01)' as rule,
        'rate_tables' as table_name,
        {{ policy_row_key('rate_tables') }} as row_key,
        coalesce(upper_attainment <= lower_attainment, false)
            or (upper_attainment is null) <> is_last
            or (is_first and lower_attainment <> 0)
            or (not is_first and coalesce(lower_attainment <> last_upper_attainment, true))
            as is_failing
    from tier_edges
    union all
    -- shares of a schedule are all of it, in the order of their days
    select
        'a release schedule gives out everything, share by share' as rule,
        'release_shares' as table_name,
        {{ policy_row_key('release_shares') }} as row_key,
        sum(release_share) over (partition by release_schedule_key) <> 1
            or coalesce(
                lag(days_after_win) over (
                    partition by release_schedule_key order by share_number asc nulls last
                ) >= days_after_win,
                false
            ) as is_failing
    from release_shares
    {%- for table in [
        'quotas', 'targets', 'funnel_definitions', 'component_goals', 'recognition_rules',
        'mentor_rules', 'projects', 'spifs',
    ] %}
    union all
    select
        'goals and definitions carry a dated approval (G08)' as rule,
        '{{ table }}' as table_name,
        {{ policy_row_key(table) }} as row_key,
        approved_date is null or coalesce(trim(approved_by), '') = '' as is_failing
    from {{ table }}
    {%- endfor %}
    union all
    select
        'periods of one type follow each other without gap or overlap' as rule,
        'fiscal_calendar' as table_name,
        {{ policy_row_key('fiscal_calendar') }} as row_key,
        end_date <= start_date
            or coalesce(
                lead(start_date) over (
                    partition by period_type order by start_date asc nulls last
                ) <> end_date,
                false
            ) as is_failing
    from fiscal_calendar
    union all
    select
        'one contribution model is paid at a time' as rule,
        'attribution_settings' as table_name,
        {{ policy_row_key('attribution_settings', 'settings.') }} as row_key,
        (settings.is_paid and not settings.is_enabled)
            or (settings.is_paid and other.attribution_model is not null) as is_failing
    from attribution_settings as settings
    left join attribution_settings as other
        on settings.book = other.book
        and settings.attribution_model <> other.attribution_model
        and other.is_paid
        and settings.valid_from_date < other.valid_to_date
        and other.valid_from_date < settings.valid_to_date
    union all
    select
        'an opening balance says why and who approved it' as rule,
        'opening_balances' as table_name,
        {{ policy_row_key('opening_balances') }} as row_key,
        coalesce(trim(reason), '') = '' or coalesce(trim(approved_by), '') = '' as is_failing
    from opening_balances
    union all
    select
        rule,
        table_name,
        row_key,
        is_failing
    from component_checks
    union all
    select rule, table_name, row_key, is_failing
    from {{ ref('int_bonus__plan_checks') }}
    union all
    select rule, table_name, row_key, is_failing
    from {{ ref('int_bonus__manual_policy_checks') }}
)

select
    rule,
    table_name,
    cast(count(*) as bigint) as rows_covered,
    cast(count(case when is_failing then 1 end) as bigint) as rows_failing,
    {{ joined_set('case when is_failing then row_key end') }} as failing_rows
from checks
group by rule, table_name
