-- Fails if the hard book or a contribution model gives away more or less than its deal: shares that
-- are not exactly 1, or minor units that are not the deal's, in the deal's or the plan's currency.
with sums as (
    select
        opportunity_key,
        book,
        attribution_model,
        sum(credit_share) as credit_share,
        sum(credited_amount_minor) as credited_amount_minor,
        sum(plan_credited_amount_minor) as plan_credited_amount_minor
    from {{ ref('fct_contribution_credits') }}
    where book <> 'overlay'
    group by opportunity_key, book, attribution_model
)

select
    sums.opportunity_key,
    sums.book,
    sums.attribution_model
from sums
left join {{ ref('fct_opportunities') }} as opportunities
    on sums.opportunity_key = opportunities.opportunity_key
where opportunities.opportunity_key is null
    or sums.credit_share <> 1
    or sums.credited_amount_minor <> opportunities.amount_minor
    or sums.plan_credited_amount_minor <> opportunities.plan_amount_minor
