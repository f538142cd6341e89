-- One row per account, merged ones under their survivor.
with accounts as (
    select * from {{ ref('stg_crm__accounts') }}
),

company_zones as (
    select max(time_zone) as time_zone from {{ ref('stg_policy__company_settings') }}
)

select
    {{ surrogate_key(['account_id_crm']) }} as account_key,
    account_id_crm,
    account_name,
    case
        when parent_account_id_crm is not null
        then {{ surrogate_key(['parent_account_id_crm']) }}
    end as parent_account_key,
    industry,
    account_type,
    billing_country,
    {{ local_date('accounts.created_at', 'company_zones.time_zone') }} as created_date,
    is_account_deleted as is_deleted
from accounts
cross join company_zones
where master_account_id_crm is null
