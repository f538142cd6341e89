-- One row per rule of plans and pools, policy table and row.
with plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
),

plan_assignments as (
    select * from {{ ref('stg_policy__plan_assignments') }}
),

pools as (
    select * from {{ ref('stg_policy__pools') }}
),

-- A period is paid under one version of a component. Were it of another kind than the version
-- beside it, its days would be paid twice: once for the month and once for the quarter.
cut_periods as (
    select distinct
        plan_components.plan_component_key,
        plan_components.plan_version
    from plan_components
    inner join plan_components as others
        on plan_components.plan_component_key = others.plan_component_key
        and plan_components.period_type <> others.period_type
    inner join {{ ref('stg_policy__fiscal_calendar') }} as periods
        on plan_components.period_type = periods.period_type
        and plan_components.valid_from_date < periods.end_date
        and periods.start_date < plan_components.valid_to_date
        and others.valid_from_date < periods.end_date
        and periods.start_date < others.valid_to_date
)

select
    'a date finds one version of a plan (E02)' as rule,
    'plan_versions' as table_name,
    {{ policy_row_key('plan_components') }} as row_key,
    {{ overlaps_neighbour(['plan_component_key']) }} as is_failing
from plan_components
union all
select
    'a plan component names a plan, a version and a payroll code of its type' as rule,
    'plan_components' as table_name,
    {{ policy_row_key('plan_components') }} as row_key,
    plan_name is null
        or valid_from_date is null
        or coalesce(payroll_component_type <> component_type, true) as is_failing
from plan_components
union all
select
    'a plan component says all that its type needs' as rule,
    'plan_components' as table_name,
    {{ policy_row_key('plan_components') }} as row_key,
    case component_type
        when 'commission'
        then coalesce(measure, '') <> case
                when book in ('hard', 'overlay') then 'bookings'
                when book in ('hard_rollup', 'overlay_rollup') then 'team_bookings'
                else 'none that a commission pays'
            end
            or (order_fixed_amount is null and rate_table_key is null)
            or (order_fixed_amount is null and tier_method is null)
        when 'contribution_bonus' then pool_key is null
        when 'profit_share' then pool_key is null
        when 'success_bonus' then target_rate is null
        when 'team_target' then target_rate is null
        when 'kpi_bonus' then target_rate is null
        else false
    end as is_failing
from plan_components
union all
select
    'a plan version is approved by somebody who did not prepare it (F60)' as rule,
    'plan_versions' as table_name,
    {{ policy_row_key('plan_components') }} as row_key,
    approved_date is null
        or coalesce(trim(approved_by), '') = ''
        or coalesce(trim(prepared_by), '') = ''
        or lower(trim(approved_by)) = lower(trim(prepared_by)) as is_failing
from plan_components
union all
select
    'a pool says how it is funded' as rule,
    'pools' as table_name,
    {{ policy_row_key('pools') }} as row_key,
    case funding_type
        when 'fixed_amount' then fixed_amount is null
        else measure is null or funding_rate is null
    end as is_failing
from pools
union all
select
    'a pool belongs to one plan component' as rule,
    'plan_components' as table_name,
    {{ policy_row_key('plan_components') }} as row_key,
    pool_key is not null
        and min(plan_component_key) over (partition by pool_key)
            <> max(plan_component_key) over (partition by pool_key) as is_failing
from plan_components
union all
select
    'a pool has members' as rule,
    'pools' as table_name,
    {{ policy_row_key('pools') }} as row_key,
    pool_key not in (
        select components.pool_key
        from plan_components as components
        inner join plan_assignments on components.plan_key = plan_assignments.plan_key
        where components.pool_key is not null
    ) as is_failing
from pools
union all
select
    'a plan component changes its kind of period between two periods (E01)' as rule,
    'plan_components' as table_name,
    {{ policy_row_key('plan_components', 'plan_components.') }} as row_key,
    cut_periods.plan_component_key is not null as is_failing
from plan_components
left join cut_periods
    on plan_components.plan_component_key = cut_periods.plan_component_key
    and plan_components.plan_version = cut_periods.plan_version
