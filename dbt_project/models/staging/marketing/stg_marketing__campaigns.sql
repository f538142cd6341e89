-- One row per marketing campaign.
with source_rows as (
    select
        id as campaign_id_marketing,
        program_id as program_id_marketing,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_marketing', 'campaign') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['campaign_id_marketing'],
        version='updated_at',
        tie_break=[
            'program_id_marketing'
        ],
    ) }}
)

select
    campaign_id_marketing,
    program_id_marketing
from current_versions
