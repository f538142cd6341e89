-- One row per account and feature that the account has used.
with event_days as (
    select
        {{ sf_id_18('account_id') }} as account_id_crm,
        feature_id as feature_id_product_usage,
        event_date,
        event_count
    from {{ source('raw_product_usage', 'event_daily') }}
)

select
    account_id_crm,
    feature_id_product_usage,
    min(event_date) as first_event_date,
    cast(sum(event_count) as bigint) as event_count
from event_days
group by account_id_crm, feature_id_product_usage
