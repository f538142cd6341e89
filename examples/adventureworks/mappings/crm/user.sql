-- One row per salesperson. Names are not among the exported tables; a login is, and addresses at
-- AdventureWorks are made from logins.
select
    sales_person.BusinessEntityID as id,
    split_part(employee.LoginID, '\', 2) || '@adventure-works.com' as email,
    sales_person.BusinessEntityID as employee_number,
    employee.CurrentFlag = '1' as is_active,
    'Standard' as user_type,
    'America/Los_Angeles' as time_zone_sid_key,
    timestamp '2011-05-31' as system_modstamp
from source."ms_SalesPerson.tsv" as sales_person
inner join source."ms_Employee.tsv" as employee
    on sales_person.BusinessEntityID = employee.BusinessEntityID
