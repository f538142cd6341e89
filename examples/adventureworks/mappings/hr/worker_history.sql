-- One row per employee and day from which a pay took effect: an hourly rate, times the 2,080 hours
-- of a year. The export holds one version of each row, re-keyed years later: here it is of the first day.
select
    employee.BusinessEntityID as id,
    employee.BusinessEntityID as worker_code,
    cast(employee.HireDate as date) as hire_date,
    cast(employee.HireDate as date) as original_hire_date,
    cast(null as date) as termination_date,
    cast(pay.RateChangeDate as date) as compensation_effective_date,
    cast(cast(pay.Rate as decimal(12, 4)) * 2080 as decimal(24, 6))
        as annual_currency_summary_total_base_pay,
    'USD' as annual_currency_summary_currency,
    timestamp '2011-05-31' as _fivetran_start
from source."ms_EmployeePayHistory.tsv" as pay
inner join source."ms_Employee.tsv" as employee
    on pay.BusinessEntityID = employee.BusinessEntityID
