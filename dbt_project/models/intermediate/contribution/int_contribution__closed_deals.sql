-- One row per closed opportunity, with the number that stands for its key on paths.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
)

-- Millions of touches are sorted and grouped by whole numbers: the text of a key costs several
-- times as much. A number holds for one night and is published nowhere.
select
    row_number() over (order by opportunity_key asc nulls last) as opportunity_number,
    opportunity_key,
    coalesce(opportunity_type, 'unknown') as opportunity_type,
    closed_date,
    won_date,
    is_won,
    is_held
from opportunities
where is_closed
