-- One row per account, feature and calendar month (UTC) in which the account used the feature.
with event_days as (
    select
        {{ sf_id_18('account_id') }} as account_id_crm,
        feature_id as feature_id_product_usage,
        {{ month_start('event_date') }} as usage_month,
        event_date,
        event_count
    from {{ source('raw_product_usage', 'event_daily') }}
)

-- a month and not a day: a feature in daily use helps a deal once a month, not thirty times, and
-- what a night costs does not grow with the number of events
select
    account_id_crm,
    feature_id_product_usage,
    usage_month,
    min(event_date) as first_event_date,
    cast(sum(event_count) as bigint) as event_count
from event_days
group by account_id_crm, feature_id_product_usage, usage_month
