-- Fails if a deal entered a stage that no funnel definition names: somebody renamed a stage, and
-- every figure by stage would be wrong in silence (D05).
select distinct
    source_value,
    entered_date
from {{ ref('int_funnel__stage_entries') }}
where subject = 'opportunity' and stage is null
