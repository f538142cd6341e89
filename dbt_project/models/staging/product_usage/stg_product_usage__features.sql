-- One row per product feature.
with source_rows as (
    select
        id as feature_id_product_usage,
        name as feature_name,
        owner_email,
        shipped_at,
        last_updated_at,
        _landed_run_date,
        _landing_sequence
    from {{ source('raw_product_usage', 'feature') }}
),

current_versions as (
    {{ current_rows(
        'source_rows',
        key=['feature_id_product_usage'],
        version='last_updated_at',
        tie_break=[
            'feature_name', 'owner_email', 'shipped_at'
        ],
    ) }}
)

select
    feature_id_product_usage,
    feature_name,
    owner_email,
    shipped_at
from current_versions
