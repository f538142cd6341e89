-- One row per deal. A deal's company and its stage's meaning are in tables of their own. A deal
-- that nobody owns, or that hangs on no company, says so: unassigned. A deal that was merged into
-- another is gone.
with

-- the primary company first: HubSpot's type 5; then the oldest id, so that the answer is the same
deal_companies as (
    select
        cast(deal_company.deal_id as varchar) as deal_id,
        cast(deal_company.company_id as varchar) as company_id,
        row_number() over (
            partition by deal_company.deal_id
            order by
                cast(deal_company.type_id as varchar) = '5' desc nulls last,
                deal_company.company_id asc nulls last
        ) as company_rank
    from source.deal_company
),

stages as (
    select
        cast(pipeline_id as varchar) as pipeline_id,
        cast(stage_id as varchar) as stage_id,
        label,
        cast(closed_won as boolean) as closed_won,
        coalesce(cast(is_closed as boolean), cast(closed_won as boolean)) as is_closed
    from source.deal_pipeline_stage
),

merged as (
    select
        cast(merged_deal_id as varchar) as deal_id,
        max(cast(_fivetran_synced as timestamp)) as merged_at
    from optional.merged_deal
    group by merged_deal_id
)

select
    cast(deal.deal_id as varchar) as id,
    coalesce(deal_companies.company_id, 'unassigned') as account_id,
    deal.property_dealname as name,
    coalesce(cast(deal.owner_id as varchar), 'unassigned') as owner_id,
    coalesce(stages.label, cast(deal.deal_pipeline_stage_id as varchar), 'unassigned') as stage_name,
    deal.property_dealtype as type,
    deal.property_hs_analytics_source as lead_source,
    deal.property_amount as amount,
    coalesce(deal.property_deal_currency_code, getvariable('account_currency')) as currency_iso_code,
    -- an instant, chosen as a day in the account's zone
    cast(
        timezone(
            getvariable('account_time_zone'),
            timezone('UTC', cast(deal.property_closedate as timestamp))
        ) as date
    ) as close_date,
    deal.property_createdate as created_date,
    coalesce(stages.is_closed, false) as is_closed,
    coalesce(stages.closed_won, false) as is_won,
    coalesce(cast(deal.is_deleted as boolean), false) or merged.deal_id is not null as is_deleted,
    greatest(
        coalesce(
            cast(deal.property_hs_lastmodifieddate as timestamp),
            cast(deal._fivetran_synced as timestamp),
            cast(deal.property_createdate as timestamp)
        ),
        merged.merged_at
    ) as system_modstamp
from source.deal
left join deal_companies
    on cast(deal.deal_id as varchar) = deal_companies.deal_id
    and deal_companies.company_rank = 1
left join stages
    on cast(deal.deal_pipeline_stage_id as varchar) = stages.stage_id
    and coalesce(cast(deal.deal_pipeline_id as varchar) = stages.pipeline_id, true)
left join merged
    on cast(deal.deal_id as varchar) = merged.deal_id
