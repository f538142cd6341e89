-- One row per rate table and tier.
select
    rate_table_key,
    tier,
    lower_attainment,
    upper_attainment,
    rate
from {{ source('raw_policy', 'rate_tables') }}
