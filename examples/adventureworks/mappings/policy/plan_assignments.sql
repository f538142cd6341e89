-- One row per salesperson, each on the commission plan at a rate of their own.
select
    'sales_commission' as plan_key,
    'employee' as assignee_type,
    BusinessEntityID as assignee_code,
    'flat-' || BusinessEntityID as rate_table_key,
    date '2011-05-31' as valid_from_date,
    date '9999-12-31' as valid_to_date
from source."ms_SalesPerson.tsv"
