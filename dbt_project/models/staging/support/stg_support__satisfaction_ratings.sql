-- One row per satisfaction rating that a customer gave.
with source_rows as (
    select
        id as satisfaction_rating_id_support,
        ticket_id as ticket_id_support,
        assignee_id as assignee_user_id_support,
        score,
        created_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_support', 'satisfaction_rating') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['satisfaction_rating_id_support'],
        version='updated_at',
        tie_break=[
            'ticket_id_support', 'assignee_user_id_support', 'score', 'created_at'
        ],
        has_known_at=true,
    ) }}
)

-- a rating that was only offered, or received without a word of good or bad, is none (C13)
select
    satisfaction_rating_id_support,
    ticket_id_support,
    assignee_user_id_support,
    case when score in ('good', 'good_with_comment') then 'good' else 'bad' end as score,
    updated_at as rated_at,
    known_at
from current_versions
where score in ('good', 'good_with_comment', 'bad', 'bad_with_comment')
