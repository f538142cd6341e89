-- One row per recognition and plan component that pays for it.
with recognitions as (
    select * from {{ ref('stg_collaboration__recognitions') }}
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
    where component_type = 'recognition_award'
),

recognition_rules as (
    select * from {{ ref('stg_policy__recognition_rules') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

dated_recognitions as (
    select
        recognitions.*,
        {{ local_date('recognitions.given_at', 'company_zones.time_zone') }} as given_date
    from recognitions
    cross join company_zones
),

identified as (
    select
        dated_recognitions.recognition_id_collaboration,
        dated_recognitions.given_at,
        dated_recognitions.given_date,
        {{ month_start('dated_recognitions.given_date') }} as given_month,
        givers.employee_key as giver_employee_key,
        receivers.employee_key as receiver_employee_key,
        case when dated_recognitions.approved_at is not null then approvers.employee_key end
            as approver_employee_key,
        -- one recognition delivered under two ids counts under the lower (C04)
        row_number() over (
            partition by
                givers.employee_key, receivers.employee_key, dated_recognitions.given_at
            order by dated_recognitions.recognition_id_collaboration asc nulls last
        ) as repeat_rank
    from dated_recognitions
    inner join identities as givers
        on dated_recognitions.giver_email = givers.identity_value
        and {{ in_force('dated_recognitions.given_date', 'givers') }}
    inner join identities as receivers
        on dated_recognitions.receiver_email = receivers.identity_value
        and {{ in_force('dated_recognitions.given_date', 'receivers') }}
    left join identities as approvers
        on dated_recognitions.approved_by_email = approvers.identity_value
        and {{ in_force('dated_recognitions.given_date', 'approvers') }}
),

judged as (
    select
        identified.*,
        component_periods.plan_component_key,
        component_periods.period_key,
        component_periods.currency_code,
        recognition_rules.award_minor,
        recognition_rules.allowance_per_month,
        recognition_rules.max_per_pair_month,
        recognition_rules.ring_rule,
        recognition_rules.manager_rule,
        coalesce(receiver_days.manager_employee_key = identified.giver_employee_key, false)
            as is_from_manager,
        case
            when identified.repeat_rank > 1 then 'duplicate'
            when identified.giver_employee_key = identified.receiver_employee_key
            then 'self_award'
            when giver_days.employee_key is null or receiver_days.employee_key is null
            then 'not_employed'
            when recognition_rules.manager_rule = 'exclude'
                and receiver_days.manager_employee_key = identified.giver_employee_key
            then 'manager_award'
        end as exclusion_reason_code
    from identified
    inner join component_periods
        on component_periods.start_date <= identified.given_date
        and identified.given_date < component_periods.end_date
    inner join recognition_rules
        on component_periods.plan_component_key = recognition_rules.plan_component_key
        and {{ in_force('identified.given_date', 'recognition_rules') }}
    left join employee_history as giver_days
        on identified.giver_employee_key = giver_days.employee_key
        and {{ in_force('identified.given_date', 'giver_days') }}
    left join employee_history as receiver_days
        on identified.receiver_employee_key = receiver_days.employee_key
        and {{ in_force('identified.given_date', 'receiver_days') }}
),

-- two who praise each other count up to policy's limit for the pair, whoever gave (P01)
pair_ranked as (
    select
        *,
        row_number() over (
            partition by
                plan_component_key,
                least(giver_employee_key, receiver_employee_key),
                greatest(giver_employee_key, receiver_employee_key),
                given_month,
                exclusion_reason_code
            order by given_at asc nulls last, recognition_id_collaboration asc nulls last
        ) as pair_rank
    from judged
),

pair_capped as (
    select
        *,
        coalesce(
            exclusion_reason_code, case when pair_rank > max_per_pair_month then 'over_pair_cap' end
        ) as pair_reason_code
    from pair_ranked
),

-- what did not count uses up nobody's allowance
giver_ranked as (
    select
        *,
        row_number() over (
            partition by plan_component_key, giver_employee_key, given_month, pair_reason_code
            order by given_at asc nulls last, recognition_id_collaboration asc nulls last
        ) as giver_rank
    from pair_capped
),

capped as (
    select
        *,
        coalesce(
            pair_reason_code, case when giver_rank > allowance_per_month then 'over_allowance' end
        ) as final_reason_code
    from giver_ranked
),

gifts as (
    select distinct
        plan_component_key,
        period_key,
        giver_employee_key,
        receiver_employee_key
    from capped
    where final_reason_code is null
),

-- A gives B and B gives A, or A gives B, B gives C and C gives A, within one period
ring_gifts as (
    select
        gifts.plan_component_key,
        gifts.period_key,
        gifts.giver_employee_key,
        gifts.receiver_employee_key
    from gifts
    inner join gifts as returned
        on gifts.plan_component_key = returned.plan_component_key
        and gifts.period_key = returned.period_key
        and gifts.receiver_employee_key = returned.giver_employee_key
    left join gifts as closing
        on returned.plan_component_key = closing.plan_component_key
        and returned.period_key = closing.period_key
        and returned.receiver_employee_key = closing.giver_employee_key
        and closing.receiver_employee_key = gifts.giver_employee_key
    where returned.receiver_employee_key = gifts.giver_employee_key
        or closing.giver_employee_key is not null
    group by
        gifts.plan_component_key,
        gifts.period_key,
        gifts.giver_employee_key,
        gifts.receiver_employee_key
),

-- who gave to either of the two, or got from them, is no outsider to approve it
involved_approvers as (
    select distinct
        capped.plan_component_key,
        capped.recognition_id_collaboration
    from capped
    inner join gifts
        on capped.plan_component_key = gifts.plan_component_key
        and capped.period_key = gifts.period_key
        and capped.approver_employee_key in (gifts.giver_employee_key, gifts.receiver_employee_key)
        and (
            gifts.giver_employee_key in (capped.giver_employee_key, capped.receiver_employee_key)
            or gifts.receiver_employee_key
            in (capped.giver_employee_key, capped.receiver_employee_key)
        )
),

approved as (
    select
        capped.*,
        ring_gifts.plan_component_key is not null as is_ring,
        coalesce(
            capped.approver_employee_key
            not in (capped.giver_employee_key, capped.receiver_employee_key),
            false
        ) and involved_approvers.plan_component_key is null as is_approved
    from capped
    left join ring_gifts
        on capped.plan_component_key = ring_gifts.plan_component_key
        and capped.period_key = ring_gifts.period_key
        and capped.giver_employee_key = ring_gifts.giver_employee_key
        and capped.receiver_employee_key = ring_gifts.receiver_employee_key
    left join involved_approvers
        on capped.plan_component_key = involved_approvers.plan_component_key
        and capped.recognition_id_collaboration = involved_approvers.recognition_id_collaboration
)

select
    recognition_id_collaboration,
    plan_component_key,
    period_key,
    giver_employee_key,
    receiver_employee_key,
    given_date,
    currency_code,
    award_minor,
    final_reason_code is null and not (is_ring and ring_rule = 'exclude') as is_counted,
    coalesce(
        final_reason_code, case when is_ring and ring_rule = 'exclude' then 'award_ring' end
    ) as exclusion_reason_code,
    case
        when final_reason_code is not null or is_approved then null
        when is_ring and ring_rule = 'hold' then 'award_ring'
        when is_from_manager and manager_rule = 'hold' then 'manager_award'
    end as hold_reason_code
from approved
