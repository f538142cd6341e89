-- One row per e-mail address that leads to one account.
with contacts as (
    select * from {{ ref('int_identity__contacts') }}
),

leads as (
    select * from {{ ref('stg_crm__leads') }}
),

accounts as (
    select * from {{ ref('int_identity__accounts') }}
),

-- a merged lead is where its survivor went, which may have been merged again, as accounts may
converted_leads as (
    select
        leads.email,
        coalesce(
            fourth.converted_account_id_crm,
            third.converted_account_id_crm,
            second.converted_account_id_crm,
            leads.converted_account_id_crm
        ) as account_id_crm
    from leads
    left join leads as second
        on leads.master_lead_id_crm = second.lead_id_crm
    left join leads as third
        on second.master_lead_id_crm = third.lead_id_crm
    left join leads as fourth
        on third.master_lead_id_crm = fourth.lead_id_crm
),

addresses as (
    select email, account_id_crm
    from contacts
    union
    select
        converted_leads.email,
        coalesce(accounts.surviving_account_id_crm, converted_leads.account_id_crm)
            as account_id_crm
    from converted_leads
    left join accounts
        on converted_leads.account_id_crm = accounts.account_id_crm
)

-- an address at two accounts finds neither
select
    email,
    min(account_id_crm) as account_id_crm
from addresses
where email is not null
    and account_id_crm is not null
group by email
having count(*) = 1
