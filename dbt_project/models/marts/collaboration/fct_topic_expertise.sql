-- One row per topic and employee who gave on it.
with interactions as (
    select * from {{ ref('fct_interactions') }}
),

spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

collaboration_settings as (
    select * from {{ ref('stg_policy__collaboration_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

-- what somebody knew is judged as of tonight or, of who left, as of their last day: or every topic
-- would forget its experts by itself and nobody would see that they left
last_days as (
    select
        spells.employee_key,
        bool_or({{ in_force('nights.run_date', 'spells') }}) as is_active,
        max(least({{ add_days('spells.valid_to_date', -1) }}, nights.run_date)) as as_of_date
    from spells
    cross join nights
    where spells.valid_from_date <= nights.run_date
    group by spells.employee_key
),

aged_interactions as (
    select
        lower(trim(interactions.topic)) as topic,
        interactions.giver_employee_key as employee_key,
        last_days.is_active,
        interactions.event_date,
        collaboration_settings.expert_score,
        {{ integer_divide(
            days_between('interactions.event_date', 'last_days.as_of_date'),
            'collaboration_settings.expertise_half_life_days',
        ) }} as half_life_count
    from interactions
    inner join last_days
        on interactions.giver_employee_key = last_days.employee_key
    cross join nights
    inner join collaboration_settings
        on {{ in_force('nights.run_date', 'collaboration_settings') }}
    where interactions.is_expertise_shown
        and interactions.topic is not null
        and interactions.event_date <= last_days.as_of_date
),

-- by steps, halved for each half-life that has passed, which every engine adds up alike
scores as (
    select
        topic,
        employee_key,
        bool_or(is_active) as is_active,
        max(expert_score) as expert_score,
        max(event_date) as last_event_date,
        cast(count(*) as bigint) as give_count,
        cast(sum(
            case half_life_count
                when 0 then 1 when 1 then 0.5 when 2 then 0.25 when 3 then 0.125
                when 4 then 0.0625 when 5 then 0.03125 when 6 then 0.015625 else 0
            end
        ) as decimal(18, 6)) as expertise_score
    from aged_interactions
    group by topic, employee_key
)

select
    employee_key,
    topic,
    last_event_date,
    give_count,
    expertise_score,
    expertise_score >= expert_score as is_expert,
    is_active
from scores
