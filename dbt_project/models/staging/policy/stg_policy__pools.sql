-- One row per pool and validity.
with pools as (
    select * from {{ source('raw_policy', 'pools') }}
),

currencies as (
    select * from {{ source('raw_policy', 'currencies') }}
)

select
    pools.pool_key,
    pools.funding_type,
    pools.measure,
    pools.funding_rate,
    pools.fixed_amount,
    {{ to_minor('pools.fixed_amount', 'currencies.minor_digits') }} as fixed_minor,
    pools.currency_code,
    currencies.minor_digits,
    pools.share_rule,
    pools.unallocated_pool_policy,
    pools.pool_scope,
    pools.segment,
    pools.cap_rate,
    pools.cap_policy,
    pools.valid_from_date,
    pools.valid_to_date
from pools
left join currencies
    on pools.currency_code = currencies.currency_code
