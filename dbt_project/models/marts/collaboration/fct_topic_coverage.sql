-- One row per topic.
with topic_expertise as (
    select * from {{ ref('fct_topic_expertise') }}
),

topics as (
    select
        topic,
        max(last_event_date) as last_event_date,
        cast(sum(give_count) as bigint) as give_count,
        cast(sum(case when is_active then 1 else 0 end) as bigint) as giver_count,
        cast(sum(case when is_active and is_expert then 1 else 0 end) as bigint) as bus_factor,
        cast(sum(case when not is_active and is_expert then 1 else 0 end) as bigint)
            as former_expert_count
    from topic_expertise
    group by topic
)

-- some who gave a little do not cover what an expert knew (P04)
select
    topic,
    last_event_date,
    give_count,
    giver_count,
    bus_factor,
    former_expert_count,
    case
        when bus_factor > 0 then 'covered'
        when former_expert_count > 0 then 'orphaned'
        else 'unproven'
    end as coverage,
    bus_factor = 0 and former_expert_count > 0 as is_orphaned_topic
from topics
