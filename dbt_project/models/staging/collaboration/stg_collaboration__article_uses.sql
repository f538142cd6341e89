-- One row per use of a colleague's knowledge article.
with source_rows as (
    select
        id as article_use_id_collaboration,
        article_id as article_id_collaboration,
        author_email,
        user_email,
        topic,
        {{ sf_id_18('opportunity_id') }} as opportunity_id_crm,
        used_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_collaboration', 'article_use') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['article_use_id_collaboration'],
        version='updated_at',
        tie_break=[
            'article_id_collaboration', 'author_email', 'user_email', 'topic',
            'opportunity_id_crm', 'used_at'
        ],
        has_known_at=true,
    ) }}
)

select
    article_use_id_collaboration,
    article_id_collaboration,
    author_email,
    user_email,
    topic,
    opportunity_id_crm,
    used_at,
    known_at
from current_versions
