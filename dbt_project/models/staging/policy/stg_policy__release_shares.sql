-- One row per release schedule and share.
select
    release_schedule_key,
    share_number,
    days_after_win,
    release_share
from {{ source('raw_policy', 'release_shares') }}
