-- One row per shared award, participant and, in a contest, credit that takes part.
with eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
    where is_eligible
),

parts as (
    select
        'project' as award_type,
        project_key as award_key,
        'policy.projects:' || project_key as source_ref,
        plan_component_key,
        period_key,
        payee_employee_key,
        -- who has the same remainder goes in this order
        employee_number as participant_key,
        cast(null as string) as opportunity_key,
        cast(null as string) as credit_key,
        cast(null as string) as tie_rule,
        cast(null as date) as incentive_date,
        cast(null as timestamp) as won_at,
        bonus_minor as award_minor,
        payout_rate,
        cast(null as bigint) as budget_minor,
        cast(weight as bigint) as weight,
        cast(null as bigint) as entered,
        cast(null as bigint) as least_entered,
        currency_code
    from {{ ref('int_bonus__project_shares') }}
    union all
    select
        'mentee' as award_type,
        mentee_employee_key as award_key,
        'collaboration.mentoring_session:' || mentee_employee_key as source_ref,
        plan_component_key,
        period_key,
        mentor_employee_key as payee_employee_key,
        mentor_employee_key as participant_key,
        cast(null as string) as opportunity_key,
        cast(null as string) as credit_key,
        cast(null as string) as tie_rule,
        cast(null as date) as incentive_date,
        cast(null as timestamp) as won_at,
        award_minor,
        cast(null as decimal(9, 6)) as payout_rate,
        cast(null as bigint) as budget_minor,
        cast(weight as bigint) as weight,
        cast(null as bigint) as entered,
        cast(null as bigint) as least_entered,
        currency_code
    from {{ ref('int_bonus__mentor_awards') }}
    union all
    select
        case award_type when 'per_deal' then 'deal' else 'contest' end as award_type,
        spif_key as award_key,
        'policy.spifs:' || spif_key
            || case award_type when 'per_deal' then ':' || opportunity_key else '' end
            as source_ref,
        plan_component_key,
        period_key,
        case when payee_employee_key <> '~unassigned~' then payee_employee_key end
            as payee_employee_key,
        payee_employee_key as participant_key,
        opportunity_key,
        credit_key,
        tie_rule,
        incentive_date,
        won_at,
        award_minor,
        cast(null as decimal(9, 6)) as payout_rate,
        budget_minor,
        weight,
        cast(entered as bigint) as entered,
        least_entered,
        currency_code
    from {{ ref('int_bonus__spif_entries') }}
)

select
    {{ surrogate_key([
        'parts.plan_component_key',
        'parts.period_key',
        'parts.source_ref',
        'parts.participant_key',
        'parts.credit_key',
    ]) }} as award_part_key,
    parts.plan_component_key,
    parts.payee_employee_key,
    parts.opportunity_key,
    parts.credit_key,
    parts.award_type,
    parts.award_key,
    parts.participant_key,
    parts.tie_rule,
    parts.period_key,
    parts.incentive_date,
    parts.won_at,
    parts.award_minor,
    parts.payout_rate,
    parts.budget_minor,
    parts.weight,
    parts.entered,
    parts.least_entered,
    parts.currency_code,
    eligibility.employee_key is not null as is_eligible,
    parts.source_ref
from parts
left join eligibility
    on parts.payee_employee_key = eligibility.employee_key
    and parts.plan_component_key = eligibility.plan_component_key
    and parts.period_key = eligibility.period_key
