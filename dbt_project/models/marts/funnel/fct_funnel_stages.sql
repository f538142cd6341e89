-- One row per subject (lead or opportunity) and entry into a stage.
with stage_entries as (
    select * from {{ ref('int_funnel__stage_entries') }}
)

-- a source value that no definition names is no stage; for deals a test names it (D05)
select
    stage_entry_key,
    subject,
    {{ surrogate_key(['subject_id_crm']) }} as subject_key,
    opportunity_key,
    stage,
    stage_order,
    definition_version,
    owner_function,
    contributing_functions,
    entered_at,
    entered_date
from stage_entries
where stage is not null
