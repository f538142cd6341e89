-- One row per deal and instant at which its stage, owner, amount or close date changed, with all four
-- as they were from then on. Owner, amount and close date are null before the first change that the
-- connector keeps of them.
with

stages as (
    select
        cast(pipeline_id as varchar) as pipeline_id,
        cast(stage_id as varchar) as stage_id,
        label,
        cast(closed_won as boolean) as closed_won,
        coalesce(cast(is_closed as boolean), cast(closed_won as boolean)) as is_closed
    from optional.deal_pipeline_stage
),

changes as (
    select
        cast(deal_id as varchar) as id,
        'dealstage' as name,
        coalesce(cast(date_entered as timestamp), cast(_fivetran_start as timestamp)) as changed_at,
        coalesce(cast(value as varchar), '') as value
    from source.deal_stage
    union all
    select
        cast(deal_id as varchar) as id,
        name,
        cast("timestamp" as timestamp) as changed_at,
        coalesce(cast(value as varchar), '') as value
    from optional.deal_property_history
    where name in ('pipeline', 'hubspot_owner_id', 'amount', 'closedate')
),

moments as (
    select
        id,
        changed_at,
        max(value) filter (where name = 'dealstage') as stage,
        max(value) filter (where name = 'pipeline') as pipeline,
        max(value) filter (where name = 'hubspot_owner_id') as owner,
        max(value) filter (where name = 'amount') as amount,
        max(value) filter (where name = 'closedate') as close
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
    -- an instant in milliseconds or as text, chosen as a day in the account's zone
    cast(
        timezone(
            getvariable('account_time_zone'),
            case
                when regexp_full_match(carried.close, '[0-9]+')
                then to_timestamp(cast(carried.close as bigint) / 1000)
                else cast(nullif(carried.close, '') as timestamptz)
            end
        ) as date
    ) as close_date,
    coalesce(stages.is_closed, false) as is_closed,
    coalesce(stages.closed_won, false) as is_won
from carried
left join optional.deal
    on carried.id = cast(deal.deal_id as varchar)
left join stages
    on carried.stage = stages.stage_id
    and coalesce(
        coalesce(nullif(carried.pipeline, ''), cast(deal.deal_pipeline_id as varchar))
        = stages.pipeline_id,
        true
    )
