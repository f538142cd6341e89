-- One row per rule, policy table and row that somebody decided by hand.
with draws as (
    select * from {{ ref('stg_policy__draws') }}
),

adjustments as (
    select * from {{ ref('stg_policy__adjustments') }}
),

overrides as (
    select * from {{ ref('stg_policy__overrides') }}
),

plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
),

fiscal_calendar as (
    select * from {{ ref('stg_policy__fiscal_calendar') }}
)

{%- for table in ['draws', 'adjustments', 'overrides'] %}
select
    'what is decided by hand says why, who asked and who else approved (M09)' as rule,
    '{{ table }}' as table_name,
    {{ policy_row_key(table) }} as row_key,
    coalesce(trim(reason), '') = ''
        or coalesce(trim(requested_by), '') = ''
        or coalesce(trim(approved_by), '') = ''
        or approved_date is null
        or lower(trim(requested_by)) = lower(trim(approved_by)) as is_failing
from {{ table }}
union all
{%- endfor %}
select
    'an override names the input that it replaces (M09)' as rule,
    'overrides' as table_name,
    {{ policy_row_key('overrides') }} as row_key,
    case overridden_input
        when 'quota' then period_key is null or measure is null
        else opportunity_id_crm is null or coalesce(book, '') not in ('hard', 'overlay')
    end as is_failing
from overrides
union all
select
    'a draw is of a commission (M01)' as rule,
    'draws' as table_name,
    {{ policy_row_key('draws', 'draws.') }} as row_key,
    commissions.plan_component_key is null as is_failing
from draws
left join (
    select distinct plan_component_key from plan_components where component_type = 'commission'
) as commissions
    on draws.plan_component_key = commissions.plan_component_key
union all
-- in a period of another kind it would be paid to nobody
select
    'an adjustment names a period of its component (M09)' as rule,
    'adjustments' as table_name,
    {{ policy_row_key('adjustments', 'adjustments.') }} as row_key,
    component_periods.period_key is null as is_failing
from adjustments
left join (
    select distinct
        plan_components.plan_component_key,
        fiscal_calendar.period_key
    from plan_components
    inner join fiscal_calendar
        on plan_components.period_type = fiscal_calendar.period_type
) as component_periods
    on adjustments.plan_component_key = component_periods.plan_component_key
    and adjustments.period_key = component_periods.period_key
