-- Fails if the CRM's deals are not exactly the published ones: a join dropped or doubled one.
select
    staged.opportunity_id_crm as staged_id,
    published.opportunity_id_crm as published_id
from {{ ref('stg_crm__opportunities') }} as staged
full outer join {{ ref('fct_opportunities') }} as published
    on staged.opportunity_id_crm = published.opportunity_id_crm
where staged.opportunity_id_crm is null or published.opportunity_id_crm is null
