-- One row per marketing activity.
with source_rows as (
    select
        id as activity_id_marketing,
        activity_date as activity_at,
        activity_type_id as activity_type,
        lead_id as lead_id_marketing,
        campaign_id as campaign_id_marketing,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_marketing', 'activity') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['activity_id_marketing'],
        tie_break=[
            'activity_at', 'activity_type', 'lead_id_marketing', 'campaign_id_marketing'
        ],
        has_known_at=true,
    ) }}
)

select
    activity_id_marketing,
    activity_at,
    activity_type,
    lead_id_marketing,
    campaign_id_marketing,
    known_at
from current_versions
