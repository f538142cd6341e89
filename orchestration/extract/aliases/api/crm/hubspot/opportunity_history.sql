-- One row per deal and instant at which its stage, owner, amount or close date changed, with all four
-- as they were from then on.
with

stages as (
    select
        deal_pipeline.id as pipeline_id,
        stage ->> 'id' as stage_id,
        stage ->> 'label' as label,
        stage ->> '$.metadata.isClosed' = 'true' as is_closed,
        cast(stage ->> '$.metadata.probability' as decimal(9, 6)) = 1 as is_won
    from source.deal_pipeline, unnest(from_json(stages, '["JSON"]')) as listed(stage)
),

portal as (
    select min("timeZone") as time_zone
    from source.account_info
),

lists as (
    select id, 'stage' as what, "propertiesWithHistory.dealstage" as changes from source.deal
    union all
    select id, 'pipeline' as what, "propertiesWithHistory.pipeline" as changes from source.deal
    union all
    select id, 'owner' as what, "propertiesWithHistory.hubspot_owner_id" as changes
    from source.deal
    union all
    select id, 'amount' as what, "propertiesWithHistory.amount" as changes from source.deal
    union all
    select id, 'close' as what, "propertiesWithHistory.closedate" as changes from source.deal
),

changes as (
    select
        lists.id,
        lists.what,
        timezone('UTC', cast(change ->> 'timestamp' as timestamptz)) as changed_at,
        coalesce(change ->> 'value', '') as value
    from lists, unnest(from_json(lists.changes, '["JSON"]')) as listed(change)
),

moments as (
    select
        id,
        changed_at,
        max(value) filter (where what = 'stage') as stage,
        max(value) filter (where what = 'pipeline') as pipeline,
        max(value) filter (where what = 'owner') as owner,
        max(value) filter (where what = 'amount') as amount,
        max(value) filter (where what = 'close') as close
    from changes
    group by id, changed_at
),

-- what did not change then is as it was; cleared is the empty text, and not the value before
carried as (
    select
        id,
        changed_at,
        last_value(stage ignore nulls) over earlier as stage,
        last_value(pipeline ignore nulls) over earlier as pipeline,
        last_value(owner ignore nulls) over earlier as owner,
        last_value(amount ignore nulls) over earlier as amount,
        last_value(close ignore nulls) over earlier as close
    from moments
    window earlier as (
        partition by id order by changed_at rows between unbounded preceding and current row
    )
)

select
    carried.id,
    carried.changed_at as _fivetran_start,
    nullif(carried.owner, '') as owner_id,
    coalesce(stages.label, nullif(carried.stage, '')) as stage_name,
    nullif(carried.amount, '') as amount,
    cast(
        timezone(portal.time_zone, cast(nullif(carried.close, '') as timestamptz)) as date
    ) as close_date,
    coalesce(stages.is_closed, false) as is_closed,
    coalesce(stages.is_won and stages.is_closed, false) as is_won
from carried
cross join portal
inner join source.deal
    on carried.id = deal.id
left join stages
    on coalesce(nullif(carried.pipeline, ''), deal."properties.pipeline") = stages.pipeline_id
    and carried.stage = stages.stage_id
