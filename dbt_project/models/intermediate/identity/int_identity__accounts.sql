-- One row per CRM account, merged and deleted ones too.
with accounts as (
    select * from {{ ref('stg_crm__accounts') }}
),

merged_accounts as (
    select account_id_crm, master_account_id_crm
    from accounts
    where master_account_id_crm is not null
)

-- a survivor may be merged again later: four times, and every_merge_ends names what goes on longer
select
    accounts.account_id_crm,
    coalesce(
        fourth.master_account_id_crm,
        third.master_account_id_crm,
        second.master_account_id_crm,
        accounts.master_account_id_crm,
        accounts.account_id_crm
    ) as surviving_account_id_crm
from accounts
left join merged_accounts as second
    on accounts.master_account_id_crm = second.account_id_crm
left join merged_accounts as third
    on second.master_account_id_crm = third.account_id_crm
left join merged_accounts as fourth
    on third.master_account_id_crm = fourth.account_id_crm
