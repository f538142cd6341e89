-- One row per validity of what counts as a tie, as expertise and as a steady group.
select
    tie_window_days,
    tie_interaction_count,
    strong_tie_shared_count,
    expertise_half_life_days,
    expert_score,
    steady_group_size,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'collaboration_settings') }}
