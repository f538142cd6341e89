-- One row per function, and one for what nobody could be assigned to.
with functions as (
    select * from {{ ref('stg_policy__functions') }}
)

select
    function,
    function_name,
    valid_from_date,
    valid_to_date
from functions
union all
select
    'unassigned' as function,
    'Unassigned' as function_name,
    cast('1900-01-01' as date) as valid_from_date,
    {{ open_end() }} as valid_to_date
