-- One row per payee, plan component, period and source: an award that stands by itself.
with component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
    where is_eligible
),

recognitions as (
    select * from {{ ref('int_bonus__recognitions') }}
    where is_counted
),

mentor_awards as (
    select * from {{ ref('int_bonus__mentor_awards') }}
    where is_counted
),

project_shares as (
    select * from {{ ref('int_bonus__project_shares') }}
),

spif_awards as (
    select * from {{ ref('int_bonus__spif_awards') }}
),

-- limit_key and limit_minor: what all awards of one rule together may come to (G05)
awards as (
    select
        receiver_employee_key as payee_employee_key,
        plan_component_key,
        period_key,
        'collaboration.recognition/' || recognition_id_collaboration as source_ref,
        cast(null as string) as opportunity_key,
        'recognised' as cause,
        'award per recognition' as rule_key,
        hold_reason_code,
        currency_code,
        award_minor as base_minor,
        cast(null as decimal(9, 6)) as payout_rate,
        cast(null as decimal(18, 12)) as pool_share,
        award_minor as entitled_minor,
        'recognition ' || recognition_id_collaboration as limit_key,
        award_minor as limit_minor
    from recognitions
    union all
    select
        mentor_employee_key as payee_employee_key,
        plan_component_key,
        period_key,
        'collaboration.mentoring_session:' || mentee_employee_key as source_ref,
        cast(null as string) as opportunity_key,
        'mentee_progressed' as cause,
        'award per mentee by confirmed sessions' as rule_key,
        hold_reason_code,
        currency_code,
        award_minor as base_minor,
        cast(null as decimal(9, 6)) as payout_rate,
        cast(null as decimal(18, 12)) as pool_share,
        share_minor as entitled_minor,
        'mentee ' || mentee_employee_key as limit_key,
        award_minor as limit_minor
    from mentor_awards
    union all
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        'policy.projects:' || project_key as source_ref,
        cast(null as string) as opportunity_key,
        'project_reached' as cause,
        'declared share of the project' as rule_key,
        cast(null as string) as hold_reason_code,
        currency_code,
        funded_minor as base_minor,
        payout_rate,
        project_share as pool_share,
        share_minor as entitled_minor,
        'project ' || project_key as limit_key,
        funded_minor as limit_minor
    from project_shares
    union all
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        'policy.spifs:' || spif_key || coalesce(':' || opportunity_key, '') as source_ref,
        opportunity_key,
        case when opportunity_key is null then 'contest_won' else 'deal_won' end as cause,
        coalesce('place ' || cast(place as string), 'award per deal') as rule_key,
        cast(null as string) as hold_reason_code,
        currency_code,
        entered as base_minor,
        cast(null as decimal(9, 6)) as payout_rate,
        cast(null as decimal(18, 12)) as pool_share,
        award_minor as entitled_minor,
        'spif ' || spif_key as limit_key,
        budget_minor as limit_minor
    from spif_awards
)

select
    awards.payee_employee_key,
    awards.plan_component_key,
    component_periods.plan_version,
    awards.period_key,
    awards.source_ref,
    awards.opportunity_key,
    awards.cause,
    awards.rule_key,
    awards.hold_reason_code,
    awards.currency_code,
    awards.base_minor,
    awards.payout_rate,
    awards.pool_share,
    awards.entitled_minor,
    awards.limit_key,
    awards.limit_minor
from awards
inner join component_periods
    on awards.plan_component_key = component_periods.plan_component_key
    and awards.period_key = component_periods.period_key
    and component_periods.is_live
inner join eligibility
    on awards.payee_employee_key = eligibility.employee_key
    and awards.plan_component_key = eligibility.plan_component_key
    and awards.period_key = eligibility.period_key
where awards.entitled_minor <> 0
