-- One row per opportunity and instant at which its owner, stage or state changed.
with opportunities as (
    select * from {{ ref('stg_crm__opportunities') }}
),

opportunity_history as (
    select * from {{ ref('stg_crm__opportunity_history') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

known_changes as (
    select
        opportunity_history.opportunity_id_crm,
        opportunity_history.changed_at,
        opportunity_history.owner_user_id_crm,
        opportunity_history.stage_name,
        opportunity_history.is_closed,
        opportunity_history.is_won
    from opportunity_history
    inner join opportunities
        on opportunity_history.opportunity_id_crm = opportunities.opportunity_id_crm
),

newest_changes as (
    select
        opportunity_id_crm,
        max(changed_at) as changed_at,
        -- '' for what is empty: engines differ on null here
        nullif(max_by(coalesce(owner_user_id_crm, ''), changed_at), '') as owner_user_id_crm,
        nullif(max_by(coalesce(stage_name, ''), changed_at), '') as stage_name,
        max_by(is_closed, changed_at) as is_closed,
        max_by(is_won, changed_at) as is_won
    from known_changes
    group by opportunity_id_crm
),

-- A deal without history was opened by whom the deal itself names, and closed at the end of its
-- close date in the company's zone.
without_history as (
    select
        opportunities.*,
        {{ day_start_at(add_days('opportunities.close_date', 1), 'company_zones.time_zone') }}
        - interval '1' second as close_date_end_at
    from opportunities
    left join newest_changes
        on opportunities.opportunity_id_crm = newest_changes.opportunity_id_crm
    cross join company_zones
    where newest_changes.opportunity_id_crm is null
),

-- What the history does not show yet is dated by the deal's own last change.
after_history as (
    select opportunities.*
    from opportunities
    inner join newest_changes
        on opportunities.opportunity_id_crm = newest_changes.opportunity_id_crm
    where opportunities.modified_at > newest_changes.changed_at
        and (
            opportunities.owner_user_id_crm is distinct from newest_changes.owner_user_id_crm
            or opportunities.stage_name is distinct from newest_changes.stage_name
            or opportunities.is_closed <> newest_changes.is_closed
            or opportunities.is_won <> newest_changes.is_won
        )
),

all_changes as (
    select *, true as is_from_history
    from known_changes
    union all
    select
        opportunity_id_crm,
        created_at as changed_at,
        owner_user_id_crm,
        case when not is_closed then stage_name end as stage_name,
        false as is_closed,
        false as is_won,
        false as is_from_history
    from without_history
    union all
    select
        opportunity_id_crm,
        close_date_end_at as changed_at,
        owner_user_id_crm,
        stage_name,
        is_closed,
        is_won,
        false as is_from_history
    from without_history
    where is_closed
        and close_date_end_at > created_at
    union all
    select
        opportunity_id_crm,
        modified_at as changed_at,
        owner_user_id_crm,
        stage_name,
        is_closed,
        is_won,
        false as is_from_history
    from after_history
)

select
    opportunity_id_crm,
    changed_at,
    lead(changed_at) over changes as next_changed_at,
    owner_user_id_crm,
    lag(owner_user_id_crm) over changes as previous_owner_user_id_crm,
    stage_name,
    lag(stage_name) over changes as previous_stage_name,
    is_closed,
    is_won,
    coalesce(lag(is_closed) over changes, false) as was_closed,
    coalesce(lag(is_won) over changes, false) as was_won,
    row_number() over changes as change_number,
    is_from_history
from all_changes
window changes as (partition by opportunity_id_crm order by changed_at asc nulls last)
