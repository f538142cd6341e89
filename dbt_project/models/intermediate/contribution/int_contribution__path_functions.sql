-- One row per function of a touch, with the number that stands for it on paths.
with contribution_events as (
    select * from {{ ref('fct_contribution_events') }}
),

functions as (
    select * from {{ ref('int_contribution__functions') }}
),

touched_functions as (
    select distinct function from contribution_events
)

-- work of no function has a number here and no bit: it is a state of a chain, but in no coalition
select
    cast(
        row_number() over (order by touched_functions.function asc nulls last) as smallint
    ) as path_function_number,
    touched_functions.function,
    functions.function_bit
from touched_functions
left join functions
    on touched_functions.function = functions.function
