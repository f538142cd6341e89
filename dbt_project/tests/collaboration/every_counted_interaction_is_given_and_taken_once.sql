-- Fails if an interaction that counts is missing from the months of its giver or its taker, or
-- stands there twice: a person without a month, or a join that fans out.
with counted as (
    select event_month, count(*) as interaction_count
    from {{ ref('fct_interactions') }}
    where is_counted
    group by event_month
),

given as (
    select
        collaboration_month,
        sum(give_count) as give_count,
        sum(take_count) as take_count
    from {{ ref('fct_collaboration_monthly') }}
    group by collaboration_month
)

select
    coalesce(counted.event_month, given.collaboration_month) as event_month,
    counted.interaction_count,
    given.give_count,
    given.take_count
from counted
full outer join given
    on counted.event_month = given.collaboration_month
where coalesce(counted.interaction_count, 0) <> coalesce(given.give_count, 0)
    or coalesce(counted.interaction_count, 0) <> coalesce(given.take_count, 0)
