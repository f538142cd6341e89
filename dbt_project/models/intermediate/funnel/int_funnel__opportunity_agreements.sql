-- One row per opportunity that another record contradicts.
with opportunities as (
    select * from {{ ref('stg_crm__opportunities') }}
),

opportunity_history as (
    select * from {{ ref('stg_crm__opportunity_history') }}
),

invoices as (
    select * from {{ ref('stg_finance__invoices') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

night as (
    select run_date from {{ source('raw_night', 'run') }}
),

newest_instants as (
    select
        opportunity_id_crm,
        max(changed_at) as changed_at
    from opportunity_history
    group by opportunity_id_crm
),

-- A deal that changed after its history was read may differ from it until the next night. What a
-- history does not tell (an owner, an amount) it does not contradict.
against_history as (
    select
        opportunities.opportunity_id_crm,
        coalesce(opportunity_history.owner_user_id_crm <> opportunities.owner_user_id_crm, false)
            or coalesce(opportunity_history.stage_name <> opportunities.stage_name, false)
            or coalesce(opportunity_history.close_date <> opportunities.close_date, false)
            or coalesce(opportunity_history.amount <> opportunities.amount, false)
            or opportunity_history.is_won <> opportunities.is_won
            or opportunity_history.is_closed <> opportunities.is_closed as is_contradicted
    from opportunities
    inner join newest_instants
        on opportunities.opportunity_id_crm = newest_instants.opportunity_id_crm
        and opportunities.modified_at <= newest_instants.changed_at
    inner join opportunity_history
        on newest_instants.opportunity_id_crm = opportunity_history.opportunity_id_crm
        and newest_instants.changed_at = opportunity_history.changed_at
),

billed_deals as (
    select
        {{ sf_id_18('reference') }} as opportunity_id_crm,
        currency_code,
        sum(amount) as billed_amount
    from invoices
    where document_type = 'ACCREC'
        and status in ('AUTHORISED', 'PAID')
        and reference is not null
    group by {{ sf_id_18('reference') }}, currency_code
),

against_invoices as (
    select
        opportunities.opportunity_id_crm,
        coalesce(billed_deals.currency_code <> opportunities.currency_code, false)
            or case
                when company_settings.invoice_rule = 'whole'
                then coalesce(billed_deals.billed_amount <> opportunities.amount, false)
                else coalesce(billed_deals.billed_amount > opportunities.amount, false)
            end as is_contradicted
    from opportunities
    inner join billed_deals
        on opportunities.opportunity_id_crm = billed_deals.opportunity_id_crm
    cross join night
    inner join company_settings
        on {{ in_force('night.run_date', 'company_settings') }}
        and company_settings.invoice_rule is not null
    where opportunities.is_won
),

contradictions as (
    select
        opportunity_id_crm,
        1 as reason_rank,
        'history_differs' as reason_code
    from against_history
    where is_contradicted
    union all
    select
        opportunity_id_crm,
        2 as reason_rank,
        'invoices_differ' as reason_code
    from against_invoices
    where is_contradicted
)

select
    opportunity_id_crm,
    min_by(reason_code, reason_rank) as held_reason_code
from contradictions
group by opportunity_id_crm
