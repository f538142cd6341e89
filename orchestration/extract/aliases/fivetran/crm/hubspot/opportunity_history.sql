-- One row per deal and stage it entered.
select
    cast(deal_stage.deal_id as varchar) as id,
    coalesce(
        cast(deal_stage.date_entered as timestamp), cast(deal_stage._fivetran_start as timestamp)
    ) as _fivetran_start,
    coalesce(deal_pipeline_stage.label, cast(deal_stage.value as varchar)) as stage_name,
    coalesce(
        cast(deal_pipeline_stage.is_closed as boolean),
        cast(deal_pipeline_stage.closed_won as boolean)
    ) as is_closed,
    cast(deal_pipeline_stage.closed_won as boolean) as is_won
from source.deal_stage
left join optional.deal_pipeline_stage
    on cast(deal_stage.value as varchar) = cast(deal_pipeline_stage.stage_id as varchar)
