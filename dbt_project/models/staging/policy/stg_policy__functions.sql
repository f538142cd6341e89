-- One row per function.
select
    function,
    function_name,
    valid_from_date,
    valid_to_date
from {{ source('raw_policy', 'functions') }}
