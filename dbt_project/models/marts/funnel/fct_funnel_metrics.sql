-- One row per funnel definition version, subject, stage and month of entry.
with stage_entries as (
    select * from {{ ref('int_funnel__stage_entries') }}
),

funnel_definitions as (
    select * from {{ ref('stg_policy__funnel_definitions') }}
),

-- what each version calls an entry, whenever it was in force: the old and the new side by side
definitions as (
    select
        definition_version,
        subject,
        source_field,
        source_value,
        max(stage) as stage,
        max(stage_order) as stage_order,
        max(owner_function) as owner_function
    from funnel_definitions
    group by definition_version, subject, source_field, source_value
),

version_dates as (
    select
        definition_version,
        min(valid_from_date) as valid_from_date,
        max(valid_to_date) as valid_to_date
    from funnel_definitions
    group by definition_version
),

first_entries as (
    select
        definitions.definition_version,
        definitions.subject,
        definitions.stage,
        stage_entries.subject_id_crm,
        min(definitions.stage_order) as stage_order,
        min(definitions.owner_function) as owner_function,
        min(stage_entries.entered_at) as entered_at,
        min(stage_entries.entered_date) as entered_date
    from stage_entries
    inner join definitions
        on stage_entries.subject = definitions.subject
        and stage_entries.source_field = definitions.source_field
        and stage_entries.source_value = definitions.source_value
    group by
        definitions.definition_version,
        definitions.subject,
        definitions.stage,
        stage_entries.subject_id_crm
),

-- how far each has come; lost and disqualified are ways out, not further on
furthest_stages as (
    select
        definition_version,
        subject,
        subject_id_crm,
        max(stage_order) as furthest_order
    from first_entries
    where stage not in ('lost', 'disqualified')
    group by definition_version, subject, subject_id_crm
),

judged_entries as (
    select
        first_entries.*,
        {{ month_start('first_entries.entered_date') }} as entered_month,
        case
            when first_entries.stage not in ('lost', 'disqualified')
                and furthest_stages.furthest_order > first_entries.stage_order
            then 1
            else 0
        end as is_further
    from first_entries
    left join furthest_stages
        on first_entries.definition_version = furthest_stages.definition_version
        and first_entries.subject = furthest_stages.subject
        and first_entries.subject_id_crm = furthest_stages.subject_id_crm
),

month_counts as (
    select
        definition_version,
        subject,
        stage,
        entered_month,
        max(stage_order) as stage_order,
        max(owner_function) as owner_function,
        cast(count(*) as bigint) as subject_count,
        cast(sum(is_further) as bigint) as further_count
    from judged_entries
    group by definition_version, subject, stage, entered_month
)

select
    {{ surrogate_key([
        'month_counts.definition_version',
        'month_counts.subject',
        'month_counts.stage',
        'month_counts.entered_month',
    ]) }} as funnel_metric_key,
    month_counts.definition_version,
    month_counts.subject,
    month_counts.stage,
    month_counts.stage_order,
    month_counts.owner_function,
    month_counts.entered_month,
    month_counts.subject_count,
    month_counts.further_count,
    {{ share_from_units(divide_rounded(
        wide_integer('month_counts.further_count') ~ ' * ' ~ share_whole(),
        'month_counts.subject_count',
    )) }} as further_share,
    {{ in_force('month_counts.entered_month', 'version_dates') }} as is_in_force
from month_counts
inner join version_dates
    on month_counts.definition_version = version_dates.definition_version
