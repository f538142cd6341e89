-- One row per opportunity, split type, split owner and percentage.
with opportunity_splits as (
    select * from {{ ref('stg_crm__opportunity_splits') }}
),

-- one split delivered under two ids is one split (C04)
ranked_splits as (
    select
        *,
        {{ repeat_rank(
            ['opportunity_id_crm', 'split_type', 'owner_user_id_crm', 'split_percentage'],
            ['opportunity_split_id_crm'],
        ) }} as repeat_rank
    from opportunity_splits
)

select
    opportunity_id_crm,
    opportunity_split_id_crm,
    split_type,
    owner_user_id_crm,
    split_percentage,
    first_told_at,
    known_at
from ranked_splits
where repeat_rank = 1
