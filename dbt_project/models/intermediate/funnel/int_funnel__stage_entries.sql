-- One row per subject and entry into a stage of the funnel.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

opportunity_changes as (
    select * from {{ ref('int_funnel__opportunity_changes') }}
),

leads as (
    select * from {{ ref('stg_crm__leads') }}
),

lead_statuses as (
    select * from {{ ref('stg_crm__lead_statuses') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
),

funnel_definitions as (
    select * from {{ ref('stg_policy__funnel_definitions') }}
),

source_entries as (
    select
        'opportunity' as subject,
        opportunity_changes.opportunity_id_crm as subject_id_crm,
        opportunities.opportunity_key,
        'opportunity.stage_name' as source_field,
        opportunity_changes.stage_name as source_value,
        opportunity_changes.changed_at as entered_at
    from opportunity_changes
    inner join opportunities
        on opportunity_changes.opportunity_id_crm = opportunities.opportunity_id_crm
    where opportunity_changes.stage_name is not null
        and opportunity_changes.stage_name
        is distinct from opportunity_changes.previous_stage_name
    union all
    select
        'lead' as subject,
        leads.lead_id_crm as subject_id_crm,
        opportunities.opportunity_key,
        'lead.created' as source_field,
        '*' as source_value,
        leads.created_at as entered_at
    from leads
    left join opportunities
        on leads.converted_opportunity_id_crm = opportunities.opportunity_id_crm
    where leads.master_lead_id_crm is null
    union all
    select
        'lead' as subject,
        leads.lead_id_crm as subject_id_crm,
        opportunities.opportunity_key,
        'lead.status' as source_field,
        lead_statuses.status as source_value,
        lead_statuses.status_since_at as entered_at
    from leads
    inner join lead_statuses
        on leads.lead_id_crm = lead_statuses.lead_id_crm
    left join opportunities
        on leads.converted_opportunity_id_crm = opportunities.opportunity_id_crm
    where leads.master_lead_id_crm is null
),

dated_entries as (
    select
        source_entries.*,
        {{ local_date('source_entries.entered_at', 'company_zones.time_zone') }} as entered_date
    from source_entries
    cross join company_zones
)

select
    {{ surrogate_key([
        'dated_entries.subject',
        'dated_entries.subject_id_crm',
        'dated_entries.source_field',
        'dated_entries.source_value',
        instant_text('dated_entries.entered_at'),
    ]) }} as stage_entry_key,
    dated_entries.subject,
    dated_entries.subject_id_crm,
    dated_entries.opportunity_key,
    dated_entries.source_field,
    dated_entries.source_value,
    funnel_definitions.stage,
    funnel_definitions.stage_order,
    funnel_definitions.definition_version,
    funnel_definitions.owner_function,
    funnel_definitions.contributing_functions,
    dated_entries.entered_at,
    dated_entries.entered_date
from dated_entries
left join funnel_definitions
    on dated_entries.subject = funnel_definitions.subject
    and dated_entries.source_field = funnel_definitions.source_field
    and dated_entries.source_value = funnel_definitions.source_value
    and {{ in_force('dated_entries.entered_date', 'funnel_definitions') }}
