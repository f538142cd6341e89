-- One row per rate table and tier.
select
    rate_table_key,
    tier,
    cast(lower_attainment as decimal(9, 6)) as lower_attainment,
    cast(upper_attainment as decimal(9, 6)) as upper_attainment,
    cast(rate as decimal(9, 6)) as rate
from {{ ref('stg_policy__rate_tables') }}
