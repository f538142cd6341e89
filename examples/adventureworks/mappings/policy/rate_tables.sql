-- One row per salesperson: a flat rate on every dollar sold, whatever the attainment; and one for
-- whom no rate was agreed.
select
    'flat-' || BusinessEntityID as rate_table_key,
    1 as tier,
    cast(0 as decimal(9, 6)) as lower_attainment,
    cast(null as decimal(9, 6)) as upper_attainment,
    cast(CommissionPct as decimal(9, 6)) as rate
from source."ms_SalesPerson.tsv"
union all
select
    'flat-none' as rate_table_key,
    1 as tier,
    cast(0 as decimal(9, 6)) as lower_attainment,
    cast(null as decimal(9, 6)) as upper_attainment,
    cast(0 as decimal(9, 6)) as rate
