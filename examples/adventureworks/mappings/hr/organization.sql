-- One row per department.
select
    DepartmentID as id,
    Name as name,
    Name as code,
    GroupName as type
from source."ms_Department.tsv"
