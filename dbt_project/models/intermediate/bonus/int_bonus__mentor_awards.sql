-- One row per mentor, mentee, period and plan component that pays for it.
with mentoring_sessions as (
    select * from {{ ref('stg_collaboration__mentoring_sessions') }}
    where confirmed_at is not null
),

identities as (
    select * from {{ ref('int_identity__employee_identities') }}
    where system = 'collaboration'
),

employee_history as (
    select * from {{ ref('int_identity__employee_history') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
    where component_type = 'mentor_bonus'
),

mentor_rules as (
    select * from {{ ref('stg_policy__mentor_rules') }}
),

contribution_credits as (
    select * from {{ ref('fct_contribution_credits') }}
    where book = 'contribution' and is_paid_model and employee_key is not null
),

interactions as (
    select * from {{ ref('fct_interactions') }}
    where is_counted
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

dated_sessions as (
    select
        mentoring_sessions.*,
        {{ local_date('mentoring_sessions.held_at', 'company_zones.time_zone') }} as held_date
    from mentoring_sessions
    cross join company_zones
),

-- held once, delivered twice: one session (C04). Nobody mentors themselves (P01).
session_days as (
    select distinct
        mentors.employee_key as mentor_employee_key,
        mentees.employee_key as mentee_employee_key,
        dated_sessions.held_at,
        dated_sessions.held_date,
        coalesce(mentee_days.manager_employee_key = mentors.employee_key, false) as is_manager
    from dated_sessions
    inner join identities as mentors
        on dated_sessions.mentor_email = mentors.identity_value
        and {{ in_force('dated_sessions.held_date', 'mentors') }}
    inner join identities as mentees
        on dated_sessions.mentee_email = mentees.identity_value
        and {{ in_force('dated_sessions.held_date', 'mentees') }}
    inner join employee_history as mentee_days
        on mentees.employee_key = mentee_days.employee_key
        and {{ in_force('dated_sessions.held_date', 'mentee_days') }}
    where mentors.employee_key <> mentees.employee_key
),

ranked_rules as (
    select
        component_periods.plan_component_key,
        component_periods.period_key,
        component_periods.start_date,
        component_periods.end_date,
        component_periods.period_days,
        component_periods.currency_code,
        mentor_rules.award_minor,
        mentor_rules.least_session_count,
        mentor_rules.progress_measure,
        {{ rate_units('mentor_rules.least_progress_rate') }} as least_progress_units,
        mentor_rules.max_mentee_count,
        mentor_rules.manager_rule,
        row_number() over (
            partition by component_periods.plan_component_key, component_periods.period_key
            order by mentor_rules.valid_from_date desc nulls last
        ) as rule_rank
    from component_periods
    inner join mentor_rules
        on component_periods.plan_component_key = mentor_rules.plan_component_key
        and {{ in_force('component_periods.last_date', 'mentor_rules') }}
),

pairs as (
    select
        ranked_rules.plan_component_key,
        ranked_rules.period_key,
        ranked_rules.start_date,
        ranked_rules.end_date,
        ranked_rules.period_days,
        ranked_rules.currency_code,
        ranked_rules.award_minor,
        ranked_rules.least_session_count,
        ranked_rules.progress_measure,
        ranked_rules.least_progress_units,
        ranked_rules.max_mentee_count,
        ranked_rules.manager_rule,
        session_days.mentor_employee_key,
        session_days.mentee_employee_key,
        bool_or(session_days.is_manager) as is_manager,
        cast(count(*) as bigint) as session_count
    from ranked_rules
    inner join session_days
        on ranked_rules.start_date <= session_days.held_date
        and session_days.held_date < ranked_rules.end_date
    where ranked_rules.rule_rank = 1
    group by all
),

mentees as (
    select distinct
        plan_component_key,
        period_key,
        start_date,
        end_date,
        period_days,
        progress_measure,
        mentee_employee_key
    from pairs
),

-- what the mentee did on each day, by the measure that policy names
mentee_days as (
    select
        'contribution_credit' as progress_measure,
        employee_key,
        incentive_date as done_date,
        plan_credited_amount_minor as done
    from contribution_credits
    union all
    select
        'help_given' as progress_measure,
        giver_employee_key as employee_key,
        event_date as done_date,
        1 as done
    from interactions
),

-- in the period, and in as many days before it
progress as (
    select
        mentees.plan_component_key,
        mentees.period_key,
        mentees.mentee_employee_key,
        cast(coalesce(sum(
            case when mentee_days.done_date >= mentees.start_date then mentee_days.done end
        ), 0) as bigint) as done_in_period,
        cast(coalesce(sum(
            case when mentee_days.done_date < mentees.start_date then mentee_days.done end
        ), 0) as bigint) as done_before
    from mentees
    inner join mentee_days
        on mentees.progress_measure = mentee_days.progress_measure
        and mentees.mentee_employee_key = mentee_days.employee_key
        and {{ add_days('mentees.start_date', '-mentees.period_days') }} <= mentee_days.done_date
        and mentee_days.done_date < mentees.end_date
    group by mentees.plan_component_key, mentees.period_key, mentees.mentee_employee_key
),

judged as (
    select
        pairs.*,
        coalesce(progress.done_in_period, 0) as done_in_period,
        coalesce(progress.done_before, 0) as done_before,
        returned.mentor_employee_key is not null as is_mutual,
        case
            when pairs.session_count < pairs.least_session_count then 'too_few_sessions'
            when pairs.progress_measure <> 'sessions'
                and (
                    coalesce(progress.done_in_period, 0)
                        <= greatest(coalesce(progress.done_before, 0), 0)
                    or {{ wide_integer('progress.done_in_period') }} * 1000000
                        < {{ wide_integer('progress.done_before') }}
                        * (1000000 + coalesce(pairs.least_progress_units, 0))
                )
            then 'no_progress'
            when pairs.is_manager and pairs.manager_rule = 'exclude' then 'manager_award'
        end as exclusion_reason_code
    from pairs
    left join progress
        on pairs.plan_component_key = progress.plan_component_key
        and pairs.period_key = progress.period_key
        and pairs.mentee_employee_key = progress.mentee_employee_key
    left join pairs as returned
        on pairs.plan_component_key = returned.plan_component_key
        and pairs.period_key = returned.period_key
        and pairs.mentor_employee_key = returned.mentee_employee_key
        and pairs.mentee_employee_key = returned.mentor_employee_key
),

capped as (
    select
        *,
        row_number() over (
            partition by plan_component_key, period_key, mentor_employee_key, exclusion_reason_code
            order by session_count desc nulls last, mentee_employee_key asc nulls last
        ) as mentee_rank
    from judged
),

counted as (
    select
        *,
        coalesce(
            exclusion_reason_code,
            case when mentee_rank > max_mentee_count then 'over_mentee_cap' end
        ) as final_reason_code
    from capped
),

-- a mentee's award is one, shared by the sessions of whoever mentored them
parts as (
    select
        *,
        case when final_reason_code is null then session_count else 0 end as weight
    from counted
),

shared_parts as (
    {{ allocate_largest_remainder(
        'parts',
        {'share_minor': 'award_minor'},
        'weight',
        ['plan_component_key', 'period_key', 'mentee_employee_key'],
        ['mentor_employee_key']
    ) }}
)

select
    mentor_employee_key,
    mentee_employee_key,
    plan_component_key,
    period_key,
    session_count,
    done_in_period,
    done_before,
    currency_code,
    award_minor,
    weight,
    coalesce(share_minor, 0) as share_minor,
    final_reason_code is null as is_counted,
    final_reason_code as exclusion_reason_code,
    case
        when final_reason_code is not null then null
        when is_mutual then 'award_ring'
        when is_manager and manager_rule = 'hold' then 'manager_award'
    end as hold_reason_code
from shared_parts
