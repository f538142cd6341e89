-- One row per growth project and member.
with projects as (
    select * from {{ ref('stg_policy__projects') }}
),

project_members as (
    select * from {{ ref('stg_policy__project_members') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where component_type = 'growth_project'
),

employees as (
    select * from {{ ref('int_identity__employees') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
    where is_won and not is_held
),

payout_curves as (
    select * from {{ ref('int_bonus__payout_curves') }}
),

-- a project is paid in the period that holds its last day
measured as (
    select
        projects.project_key,
        projects.plan_component_key,
        component_periods.period_key,
        projects.currency_code,
        projects.bonus_minor,
        projects.payout_curve_key,
        case projects.measure
            when 'bookings' then projects.target_minor
            else cast(round(projects.target, 0) as bigint)
        end as target,
        cast(coalesce(sum(
            case
                when opportunities.opportunity_key is null then 0
                when projects.measure = 'bookings' then opportunities.plan_amount_minor
                else 1
            end
        ), 0) as bigint) as measured
    from projects
    inner join component_periods
        on projects.plan_component_key = component_periods.plan_component_key
        and component_periods.start_date < projects.end_date
        and projects.end_date <= component_periods.end_date
    left join opportunities
        on projects.start_date <= opportunities.won_date
        and opportunities.won_date < projects.end_date
        and (
            projects.opportunity_type is null
            or projects.opportunity_type = opportunities.opportunity_type
        )
        and (
            projects.lead_source is null or projects.lead_source = opportunities.lead_source
        )
    group by all
),

attained as (
    select
        *,
        {{ attainment_units(wide_integer('measured'), wide_integer('target')) }} as attainment_units
    from measured
),

rated as (
    select
        attained.*,
        {{ curve_rate_units('payout_curves', 'attained.attainment_units') }} as payout_rate_units
    from attained
    left join payout_curves
        on attained.payout_curve_key = payout_curves.payout_curve_key
        and payout_curves.from_units <= attained.attainment_units
        and (
            payout_curves.to_units is null
            or attained.attainment_units < payout_curves.to_units
        )
),

parts as (
    select
        rated.*,
        {{ divide_rounded(
            wide_integer('rated.bonus_minor') ~ ' * rated.payout_rate_units', '1000000'
        ) }} as funded_minor,
        employees.employee_key as payee_employee_key,
        project_members.employee_number,
        project_members.share,
        cast(round(project_members.share * 1000000, 0) as bigint) as weight
    from rated
    inner join project_members
        on rated.project_key = project_members.project_key
    -- who is not known takes their share with them: nobody else is paid it (C05)
    left join employees
        on project_members.employee_number = employees.employee_number
),

shared_parts as (
    {{ allocate_largest_remainder(
        'parts',
        {'share_minor': 'funded_minor', 'share_units': share_whole()},
        'weight',
        ['project_key', 'period_key'],
        ['employee_number']
    ) }}
)

select
    project_key,
    plan_component_key,
    period_key,
    payee_employee_key,
    currency_code,
    measured,
    target,
    bonus_minor,
    {{ rate_from_units('payout_rate_units') }} as payout_rate,
    funded_minor,
    employee_number,
    weight,
    {{ share_from_units('share_units') }} as project_share,
    coalesce(share_minor, 0) as share_minor
from shared_parts
where payee_employee_key is not null
