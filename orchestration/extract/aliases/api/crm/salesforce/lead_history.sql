-- One row per lead and instant: as it was made, and as its status or owner changed.
with

changes as (
    select
        LeadId as id,
        timezone('UTC', cast(CreatedDate as timestamptz)) as changed_at,
        Field as field,
        coalesce(OldValue, '') as old_value,
        coalesce(NewValue, '') as new_value
    from source.LeadHistory
    -- a change of owner is written twice, once with names and once with ids: of users, of queues
    where Field = 'Status'
        or (Field = 'Owner' and (starts_with(NewValue, '005') or starts_with(NewValue, '00G')))
),

firsts as (
    select
        id,
        min_by(old_value, changed_at) filter (where field = 'Status') as status,
        min_by(old_value, changed_at) filter (where field = 'Owner') as owner_id
    from changes
    group by id
),

moments as (
    select
        Lead.Id as id,
        timezone('UTC', cast(Lead.CreatedDate as timestamptz)) as changed_at,
        coalesce(firsts.status, Lead.Status) as status,
        coalesce(firsts.owner_id, Lead.OwnerId) as owner_id
    from source.Lead
    left join firsts
        on Lead.Id = firsts.id
    union all
    select
        id,
        changed_at,
        case when field = 'Status' then new_value end as status,
        case when field = 'Owner' then new_value end as owner_id
    from changes
),

instants as (
    select
        id,
        changed_at,
        max(status) as status,
        max(owner_id) as owner_id
    from moments
    group by id, changed_at
)

select
    instants.id,
    instants.changed_at as _fivetran_start,
    nullif(last_value(instants.status ignore nulls) over earlier, '') as status,
    nullif(last_value(instants.owner_id ignore nulls) over earlier, '') as owner_id,
    Lead.IsDeleted as is_deleted
from instants
left join source.Lead
    on instants.id = Lead.Id
window earlier as (
    partition by instants.id order by instants.changed_at
    rows between unbounded preceding and current row
)
