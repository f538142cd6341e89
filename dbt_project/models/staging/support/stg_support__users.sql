-- One row per support desk user.
with source_rows as (
    select
        id as user_id_support,
        email,
        role,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_support', 'user') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['user_id_support'],
        version='updated_at',
        tie_break=[
            'email', 'role'
        ],
    ) }}
)

select
    user_id_support,
    email,
    role
from current_versions
