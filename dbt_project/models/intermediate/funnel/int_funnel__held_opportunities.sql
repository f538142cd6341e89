-- One row per opportunity that is held back from credit.
with opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
)

select
    opportunity_key,
    opportunity_id_crm,
    held_reason_code as reason_code,
    amount_minor,
    currency_code,
    revenue_split_percentage - 100 as split_difference_percentage
from opportunities
where is_held
