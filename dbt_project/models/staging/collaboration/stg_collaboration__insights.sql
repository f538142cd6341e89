-- One row per insight that an analyst delivered to a deal.
with source_rows as (
    select
        id as insight_id_collaboration,
        author_email,
        {{ sf_id_18('opportunity_id') }} as opportunity_id_crm,
        topic,
        delivered_at,
        acted_on_by_email,
        acted_on_at,
        confirmed_by_email,
        confirmed_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_collaboration', 'insight') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['insight_id_collaboration'],
        version='updated_at',
        tie_break=[
            'author_email', 'opportunity_id_crm', 'topic', 'delivered_at', 'acted_on_by_email',
            'acted_on_at', 'confirmed_by_email', 'confirmed_at'
        ],
        has_known_at=true,
    ) }}
)

select
    insight_id_collaboration,
    author_email,
    opportunity_id_crm,
    topic,
    delivered_at,
    acted_on_by_email,
    acted_on_at,
    confirmed_by_email,
    confirmed_at,
    known_at
from current_versions
