-- One row per CRM contact that is not deleted, merged ones too.
with contacts as (
    select * from {{ ref('stg_crm__contacts') }}
),

accounts as (
    select * from {{ ref('int_identity__accounts') }}
),

surviving_contacts as (
    select
        contacts.contact_id_crm,
        coalesce(
            fourth.contact_id_crm,
            third.contact_id_crm,
            second.contact_id_crm,
            contacts.contact_id_crm
        ) as surviving_contact_id_crm,
        coalesce(
            fourth.account_id_crm,
            third.account_id_crm,
            second.account_id_crm,
            contacts.account_id_crm
        ) as account_id_crm,
        coalesce(
            fourth.owner_user_id_crm,
            third.owner_user_id_crm,
            second.owner_user_id_crm,
            contacts.owner_user_id_crm
        ) as owner_user_id_crm,
        contacts.email,
        contacts.created_at
    from contacts
    left join contacts as second
        on contacts.master_contact_id_crm = second.contact_id_crm
    left join contacts as third
        on second.master_contact_id_crm = third.contact_id_crm
    left join contacts as fourth
        on third.master_contact_id_crm = fourth.contact_id_crm
)

select
    surviving_contacts.contact_id_crm,
    surviving_contacts.surviving_contact_id_crm,
    coalesce(accounts.surviving_account_id_crm, surviving_contacts.account_id_crm)
        as account_id_crm,
    surviving_contacts.owner_user_id_crm,
    surviving_contacts.email,
    surviving_contacts.created_at
from surviving_contacts
left join accounts
    on surviving_contacts.account_id_crm = accounts.account_id_crm
