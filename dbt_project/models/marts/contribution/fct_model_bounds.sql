-- One row per won opportunity and employee with contribution credit.
with contribution_credits as (
    select * from {{ ref('fct_contribution_credits') }}
),

model_shares as (
    select
        opportunity_key,
        employee_key,
        attribution_model,
        is_paid_model,
        sum(credit_share) as credit_share
    from contribution_credits
    where book = 'contribution' and employee_key is not null
    group by opportunity_key, employee_key, attribution_model, is_paid_model
),

model_counts as (
    select
        opportunity_key,
        count(distinct attribution_model) as model_count
    from contribution_credits
    where book = 'contribution'
    group by opportunity_key
)

-- a model that gives a person nothing is a bound of zero
select
    model_shares.opportunity_key,
    model_shares.employee_key,
    cast(
        case
            when count(*) < max(model_counts.model_count) then 0
            else min(model_shares.credit_share)
        end as decimal(18, 12)
    ) as lowest_share,
    cast(max(model_shares.credit_share) as decimal(18, 12)) as highest_share,
    cast(
        sum(case when model_shares.is_paid_model then model_shares.credit_share else 0 end)
        as decimal(18, 12)
    ) as paid_share
from model_shares
inner join model_counts
    on model_shares.opportunity_key = model_counts.opportunity_key
group by model_shares.opportunity_key, model_shares.employee_key
