-- One row per feature request of a customer.
with source_rows as (
    select
        id as feature_request_id_product_usage,
        {{ sf_id_18('account_id') }} as account_id_crm,
        feature_id as feature_id_product_usage,
        created_at,
        updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_product_usage', 'feature_request') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['feature_request_id_product_usage'],
        version='updated_at',
        tie_break=[
            'account_id_crm', 'feature_id_product_usage', 'created_at'
        ],
        has_known_at=true,
    ) }}
)

select
    feature_request_id_product_usage,
    account_id_crm,
    feature_id_product_usage,
    created_at,
    known_at
from current_versions
