-- One row per deal, and one, gone, per deal that was merged into another. A deal that nobody owns, or
-- that hangs on no company, says so: unassigned. HubSpot clears a property by setting it to nothing.
with

stages as (
    select
        deal_pipeline.id as pipeline_id,
        stage ->> 'id' as stage_id,
        stage ->> 'label' as label,
        stage ->> '$.metadata.isClosed' = 'true' as is_closed,
        cast(stage ->> '$.metadata.probability' as decimal(9, 6)) = 1 as is_won,
        cast(stage ->> 'updatedAt' as timestamptz) as updated_at
    from source.deal_pipeline, unnest(from_json(stages, '["JSON"]')) as listed(stage)
),

links as (
    select
        "from.id" as deal_id,
        link ->> 'toObjectId' as company_id,
        -- the primary company first: HubSpot's type 5; then the oldest, so that the answer is the same
        row_number() over (
            partition by "from.id"
            order by
                list_contains(link ->> '$.associationTypes[*].typeId', '5') desc,
                cast(link ->> 'toObjectId' as bigint)
        ) as link_rank
    from optional.deal_company, unnest(from_json("to", '["JSON"]')) as listed(link)
),

portal as (
    select
        min("timeZone") as time_zone,
        min("companyCurrency") as currency_code
    from source.account_info
),

merged as (
    select
        unnest(string_split("properties.hs_merged_object_ids", ';')) as id,
        "createdAt" as created_date,
        timezone('UTC', cast("updatedAt" as timestamptz)) as system_modstamp
    from source.deal
    where nullif("properties.hs_merged_object_ids", '') is not null
)

select
    deal.id,
    coalesce(links.company_id, 'unassigned') as account_id,
    nullif(deal."properties.dealname", '') as name,
    coalesce(nullif(deal."properties.hubspot_owner_id", ''), 'unassigned') as owner_id,
    coalesce(stages.label, nullif(deal."properties.dealstage", ''), 'unassigned') as stage_name,
    nullif(deal."properties.dealtype", '') as type,
    nullif(deal."properties.hs_analytics_source", '') as lead_source,
    nullif(deal."properties.hs_campaign", '') as campaign_id,
    nullif(deal."properties.amount", '') as amount,
    coalesce(nullif(deal."properties.deal_currency_code", ''), portal.currency_code)
        as currency_iso_code,
    -- an instant, chosen as a day in the account's zone
    cast(
        timezone(portal.time_zone, cast(nullif(deal."properties.closedate", '') as timestamptz))
        as date
    ) as close_date,
    deal."createdAt" as created_date,
    coalesce(stages.is_closed, deal."properties.hs_is_closed" = 'true', false) as is_closed,
    coalesce(
        stages.is_won and stages.is_closed, deal."properties.hs_is_closed_won" = 'true', false
    ) as is_won,
    deal.archived = 'true' as is_deleted,
    -- a stage that is renamed changes what is told of its deals, and moves their version on
    timezone('UTC', greatest(cast(deal."updatedAt" as timestamptz), stages.updated_at))
        as system_modstamp
from source.deal
cross join portal
left join links
    on deal.id = links.deal_id
    and links.link_rank = 1
left join stages
    on deal."properties.pipeline" = stages.pipeline_id
    and deal."properties.dealstage" = stages.stage_id
where deal.id not in (select id from merged)
union all
select
    id,
    'unassigned' as account_id,
    null as name,
    'unassigned' as owner_id,
    'unassigned' as stage_name,
    null as type,
    null as lead_source,
    null as campaign_id,
    null as amount,
    null as currency_iso_code,
    null as close_date,
    created_date,
    false as is_closed,
    false as is_won,
    true as is_deleted,
    system_modstamp
from merged
