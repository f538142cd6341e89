-- One row per payee, measure and period with a quota in force.
with quotas as (
    select * from {{ ref('stg_policy__quotas') }}
),

periods as (
    select * from {{ ref('dim_periods') }}
),

employees as (
    select * from {{ ref('int_identity__employees') }}
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

-- A job profile's quota is a whole period's goal. With the basis calendar_days a payee carries it
-- for the days they held the profile: joiners, leavers and transfers by days (E04). Otherwise it
-- stands as written for the profile held last. A person's own quota always stands as written.
prorated_measures as (
    select
        measure,
        period_type,
        max(case when proration_basis = 'calendar_days' then 1 else 0 end) as is_prorated
    from {{ ref('stg_policy__plan_components') }}
    where component_type = 'commission'
    group by measure, period_type
),

employee_quotas as (
    select
        employees.employee_key as payee_employee_key,
        quotas.measure,
        quotas.period_key,
        quotas.currency_code,
        quotas.quota_minor
    from quotas
    inner join employees
        on quotas.assignee_code = employees.employee_number
    where quotas.assignee_type = 'employee'
),

profile_days as (
    select
        employee_history.employee_key as payee_employee_key,
        quotas.measure,
        quotas.period_key,
        quotas.currency_code,
        quotas.quota_minor,
        coalesce(prorated_measures.is_prorated, 0) as is_prorated,
        {{ days_between('periods.start_date', 'periods.end_date') }} as period_days,
        {{ shared_days(
            ['employee_history.valid_from_date', 'periods.start_date'],
            ['employee_history.valid_to_date', 'periods.end_date']
        ) }} as held_days,
        row_number() over (
            partition by employee_history.employee_key, quotas.measure, quotas.period_key
            order by employee_history.valid_from_date desc nulls last
        ) as profile_rank
    from quotas
    inner join periods
        on quotas.period_key = periods.period_key
    inner join employee_history
        on quotas.assignee_code = employee_history.job_profile_id
        and employee_history.valid_from_date < periods.end_date
        and periods.start_date < employee_history.valid_to_date
    left join prorated_measures
        on quotas.measure = prorated_measures.measure
        and periods.period_type = prorated_measures.period_type
    where quotas.assignee_type = 'job_profile'
),

profile_totals as (
    select
        payee_employee_key,
        measure,
        period_key,
        max(currency_code) as currency_code,
        max(is_prorated) as is_prorated,
        max(period_days) as period_days,
        cast(sum(quota_minor * held_days) as bigint) as quota_days_minor,
        cast(sum(case when profile_rank = 1 then quota_minor else 0 end) as bigint)
            as last_quota_minor
    from profile_days
    group by payee_employee_key, measure, period_key
),

profile_quotas as (
    select
        profile_totals.payee_employee_key,
        profile_totals.measure,
        profile_totals.period_key,
        profile_totals.currency_code,
        case
            when profile_totals.is_prorated = 1
            then {{ divide_rounded(
                'profile_totals.quota_days_minor', 'profile_totals.period_days'
            ) }}
            else profile_totals.last_quota_minor
        end as quota_minor
    from profile_totals
    left join employee_quotas
        on profile_totals.payee_employee_key = employee_quotas.payee_employee_key
        and profile_totals.measure = employee_quotas.measure
        and profile_totals.period_key = employee_quotas.period_key
    where employee_quotas.payee_employee_key is null
),

stated_quotas as (
    select
        payee_employee_key,
        measure,
        period_key,
        'employee' as quota_source,
        currency_code,
        quota_minor
    from employee_quotas
    union all
    select
        payee_employee_key,
        measure,
        period_key,
        'job_profile' as quota_source,
        currency_code,
        quota_minor
    from profile_quotas
),

-- A quota that somebody put in its place; the stated one stays visible (M09).
overrides as (
    select
        employees.employee_key as payee_employee_key,
        overrides.measure,
        overrides.period_key,
        max(overrides.override_id) as override_id,
        max_by(overrides.currency_code, overrides.override_id) as currency_code,
        max_by(overrides.override_minor, overrides.override_id) as override_minor
    from {{ ref('stg_policy__overrides') }} as overrides
    cross join {{ source('raw_night', 'run') }} as night
    inner join employees
        on overrides.employee_number = employees.employee_number
    where overrides.overridden_input = 'quota'
        and {{ in_force('night.run_date', 'overrides') }}
    group by employees.employee_key, overrides.measure, overrides.period_key
)

select
    coalesce(stated_quotas.payee_employee_key, overrides.payee_employee_key)
        as payee_employee_key,
    coalesce(stated_quotas.measure, overrides.measure) as measure,
    coalesce(stated_quotas.period_key, overrides.period_key) as period_key,
    case when overrides.override_id is null then stated_quotas.quota_source else 'override' end
        as quota_source,
    overrides.override_id,
    coalesce(overrides.currency_code, stated_quotas.currency_code) as currency_code,
    stated_quotas.quota_minor as stated_quota_minor,
    coalesce(overrides.override_minor, stated_quotas.quota_minor) as quota_minor
from stated_quotas
full outer join overrides
    on stated_quotas.payee_employee_key = overrides.payee_employee_key
    and stated_quotas.measure = overrides.measure
    and stated_quotas.period_key = overrides.period_key
