-- One row per employee and stay in a department. EndDate is the last day there. The job title is
-- the present one: earlier titles are not among the exported tables.
select
    employee.BusinessEntityID as worker_id,
    history.DepartmentID as position_id,
    cast(history.StartDate as date) as effective_date,
    cast(history.EndDate as date) as end_date,
    employee.JobTitle as business_title,
    employee.JobTitle as job_profile_id,
    100 as full_time_equivalent_percentage,
    history.DepartmentID as organization_id,
    timestamp '2011-05-31' as _fivetran_start
from source."ms_EmployeeDepartmentHistory.tsv" as history
inner join source."ms_Employee.tsv" as employee
    on history.BusinessEntityID = employee.BusinessEntityID
