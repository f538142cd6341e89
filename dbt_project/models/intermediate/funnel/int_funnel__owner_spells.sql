-- One row per opportunity and uninterrupted ownership.
with opportunities as (
    select * from {{ ref('stg_crm__opportunities') }}
),

opportunity_changes as (
    select * from {{ ref('int_funnel__opportunity_changes') }}
),

owner_changes as (
    select
        opportunity_changes.opportunity_id_crm,
        opportunity_changes.owner_user_id_crm,
        -- the first owner on record had the deal from its first day
        case
            when opportunity_changes.change_number = 1
            then least(opportunities.created_at, opportunity_changes.changed_at)
            else opportunity_changes.changed_at
        end as owned_from_at
    from opportunity_changes
    inner join opportunities
        on opportunity_changes.opportunity_id_crm = opportunities.opportunity_id_crm
    where opportunity_changes.change_number = 1
        or opportunity_changes.owner_user_id_crm
        is distinct from opportunity_changes.previous_owner_user_id_crm
)

select
    opportunity_id_crm,
    owner_user_id_crm,
    owned_from_at,
    coalesce(
        lead(owned_from_at) over (
            partition by opportunity_id_crm order by owned_from_at asc nulls last
        ),
        cast('9999-12-31 00:00:00' as timestamp)
    ) as owned_to_at
from owner_changes
