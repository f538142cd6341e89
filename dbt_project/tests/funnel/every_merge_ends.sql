-- Fails if an account is taken for the survivor of a merge though it was itself merged, because the
-- line of merges is longer than int_identity__accounts follows, or leads back to where it began
-- (D03): its deals and the records of its customer would lie at two accounts.
select
    accounts.account_id_crm,
    accounts.surviving_account_id_crm
from {{ ref('int_identity__accounts') }} as accounts
inner join {{ ref('stg_crm__accounts') }} as survivors
    on accounts.surviving_account_id_crm = survivors.account_id_crm
where survivors.master_account_id_crm is not null
