-- One row per won opportunity and employee with contribution credit.
with contribution_credits as (
    select * from {{ ref('fct_contribution_credits') }}
    where book = 'contribution'
),

model_shares as (
    select
        opportunity_key,
        employee_key,
        attribution_model,
        is_paid_model,
        sum(credit_share) as credit_share,
        cast(sum(plan_credited_amount_minor) as bigint) as plan_credited_amount_minor
    from contribution_credits
    where employee_key is not null
    group by opportunity_key, employee_key, attribution_model, is_paid_model
),

model_counts as (
    select
        opportunity_key,
        count(distinct attribution_model) as model_count,
        max(plan_currency_code) as plan_currency_code
    from contribution_credits
    group by opportunity_key
),

-- a rank within the deal by each model: who is first by one and last by another is not sure of it
ranked_shares as (
    select
        *,
        rank() over (
            partition by opportunity_key, attribution_model
            order by credit_share desc nulls last
        ) as share_rank
    from model_shares
),

paid_ranks as (
    select
        *,
        max(case when is_paid_model then share_rank end) over (
            partition by opportunity_key, employee_key
        ) as paid_rank
    from ranked_shares
),

person_bounds as (
    select
        opportunity_key,
        employee_key,
        count(*) as named_count,
        min(credit_share) as least_share,
        max(credit_share) as highest_share,
        sum(case when is_paid_model then credit_share else 0 end) as paid_share,
        min(share_rank) as best_rank,
        max(share_rank) as worst_rank,
        max(paid_rank) as paid_rank,
        count(case when share_rank = paid_rank then 1 end) as paid_rank_model_count,
        min(plan_credited_amount_minor) as least_minor,
        max(plan_credited_amount_minor) as greatest_minor
    from paid_ranks
    group by opportunity_key, employee_key
)

-- A model that does not name a person gives nothing: a bound of zero, and no rank. First and last
-- touch name one person each, so a place that needs their word would never be stable.
select
    person_bounds.opportunity_key,
    person_bounds.employee_key,
    cast(
        case
            when person_bounds.named_count < model_counts.model_count then 0
            else person_bounds.least_share
        end as decimal(18, 12)
    ) as lowest_share,
    cast(person_bounds.highest_share as decimal(18, 12)) as highest_share,
    cast(person_bounds.paid_share as decimal(18, 12)) as paid_share,
    cast(model_counts.model_count as bigint) as model_count,
    cast(person_bounds.named_count as bigint) as crediting_model_count,
    cast(person_bounds.best_rank as bigint) as best_rank,
    cast(person_bounds.worst_rank as bigint) as worst_rank,
    cast(person_bounds.paid_rank as bigint) as paid_rank,
    cast(person_bounds.paid_rank_model_count as bigint) as paid_rank_model_count,
    person_bounds.best_rank = person_bounds.worst_rank as is_rank_stable,
    cast(
        case
            when person_bounds.named_count < model_counts.model_count
            then greatest(person_bounds.greatest_minor, 0) - least(person_bounds.least_minor, 0)
            else person_bounds.greatest_minor - person_bounds.least_minor
        end as bigint
    ) as plan_at_stake_minor,
    model_counts.plan_currency_code
from person_bounds
inner join model_counts
    on person_bounds.opportunity_key = model_counts.opportunity_key
