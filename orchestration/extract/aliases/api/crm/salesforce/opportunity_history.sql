-- One row per deal and instant at which its stage, amount, close date or owner changed, with all four
-- as they were from then on. OpportunityHistory has the first three; the owner is in the history of
-- fields, where the account keeps one, else the owner of now is all that is known.
with

owner_changes as (
    select
        OpportunityId as id,
        timezone('UTC', cast(CreatedDate as timestamptz)) as changed_at,
        nullif(OldValue, '') as old_owner_id,
        nullif(NewValue, '') as new_owner_id
    from optional.OpportunityFieldHistory
    -- a change of owner is written twice, once with names and once with ids
    where Field = 'Owner' and starts_with(NewValue, '005')
),

first_owners as (
    select
        Opportunity.Id as id,
        coalesce(min_by(owner_changes.old_owner_id, owner_changes.changed_at), min(OwnerId))
            as owner_id
    from source.Opportunity
    left join owner_changes
        on Opportunity.Id = owner_changes.id
    group by Opportunity.Id
),

moments as (
    select
        OpportunityId as id,
        timezone('UTC', cast(CreatedDate as timestamptz)) as changed_at,
        StageName as stage_name,
        coalesce(Amount, '') as amount,
        coalesce(CloseDate, '') as close_date,
        cast(null as varchar) as owner_id,
        IsDeleted as is_deleted
    from source.OpportunityHistory
    union all
    select
        id,
        changed_at,
        null as stage_name,
        null as amount,
        null as close_date,
        new_owner_id as owner_id,
        null as is_deleted
    from owner_changes
),

instants as (
    select
        id,
        changed_at,
        max(stage_name) as stage_name,
        max(amount) as amount,
        max(close_date) as close_date,
        max(owner_id) as owner_id,
        max(is_deleted) as is_deleted
    from moments
    group by id, changed_at
),

carried as (
    select
        id,
        changed_at,
        last_value(stage_name ignore nulls) over earlier as stage_name,
        last_value(amount ignore nulls) over earlier as amount,
        last_value(close_date ignore nulls) over earlier as close_date,
        last_value(owner_id ignore nulls) over earlier as owner_id,
        last_value(is_deleted ignore nulls) over earlier as is_deleted
    from instants
    window earlier as (
        partition by id order by changed_at rows between unbounded preceding and current row
    )
)

select
    carried.id,
    carried.changed_at as _fivetran_start,
    coalesce(carried.owner_id, first_owners.owner_id) as owner_id,
    carried.stage_name,
    nullif(carried.amount, '') as amount,
    nullif(carried.close_date, '') as close_date,
    OpportunityStage.IsClosed as is_closed,
    OpportunityStage.IsWon as is_won,
    carried.is_deleted
from carried
left join first_owners
    on carried.id = first_owners.id
left join optional.OpportunityStage
    on carried.stage_name = OpportunityStage.ApiName
