-- Fails if a won deal that is not held lacks a book or a model that policy enables, or if a deal
-- that is held or not won is credited all the same.
with opportunities as (
    select * from {{ ref('fct_opportunities') }}
),

expected_credits as (
    select
        opportunities.opportunity_key,
        settings.book,
        settings.attribution_model
    from opportunities
    inner join {{ ref('stg_policy__attribution_settings') }} as settings
        on {{ in_force('opportunities.won_date', 'settings') }}
    where opportunities.is_won
        and not opportunities.is_held
        and settings.is_enabled
        and settings.book <> 'overlay'
),

credits as (
    select distinct opportunity_key, book, attribution_model
    from {{ ref('fct_contribution_credits') }}
    where book <> 'overlay'
)

select
    coalesce(expected_credits.opportunity_key, credits.opportunity_key) as opportunity_key,
    coalesce(expected_credits.book, credits.book) as book,
    coalesce(expected_credits.attribution_model, credits.attribution_model) as attribution_model
from expected_credits
full outer join credits
    on expected_credits.opportunity_key = credits.opportunity_key
    and expected_credits.book = credits.book
    and expected_credits.attribution_model = credits.attribution_model
where expected_credits.opportunity_key is null or credits.opportunity_key is null
