-- One row per answer to a colleague's question.
with source_rows as (
    select
        answer_id as answer_id_collaboration,
        question_id as question_id_collaboration,
        asker_email,
        answerer_email,
        topic,
        {{ sf_id_18('opportunity_id') }} as opportunity_id_crm,
        coalesce(is_accepted, false) as is_accepted,
        created_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_collaboration', 'answer') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['answer_id_collaboration'],
        version='updated_at',
        tie_break=[
            'question_id_collaboration', 'asker_email', 'answerer_email', 'topic',
            'opportunity_id_crm', 'is_accepted', 'created_at'
        ],
        has_known_at=true,
    ) }}
)

select
    answer_id_collaboration,
    question_id_collaboration,
    asker_email,
    answerer_email,
    topic,
    opportunity_id_crm,
    is_accepted,
    created_at,
    known_at
from current_versions
