-- One row per employee: the address made from the login.
select
    BusinessEntityID as id,
    BusinessEntityID as personal_info_system_id,
    split_part(LoginID, '\', 2) || '@adventure-works.com' as email_address,
    timestamp '2011-05-31' as _fivetran_synced
from source."ms_Employee.tsv"
