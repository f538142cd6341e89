-- One row per function that policy has ever named.
with functions as (
    select * from {{ ref('stg_policy__functions') }}
),

-- numbered by age: a function that policy adds later takes the next bit and moves no other
first_dates as (
    select
        function,
        min(valid_from_date) as first_date
    from functions
    group by function
),

numbered_functions as (
    select
        function,
        row_number() over (order by first_date asc nulls last, function asc nulls last) - 1
            as function_number
    from first_dates
),

function_bits as (
    {{ function_bits() }}
)

select
    numbered_functions.function,
    function_bits.function_number,
    function_bits.function_bit
from numbered_functions
inner join function_bits
    on numbered_functions.function_number = function_bits.function_number
