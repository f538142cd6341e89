-- One row per measure and account type.
select
    measure,
    account_type,
    sign
from {{ source('raw_policy', 'ledger_measures') }}
