-- Fails if a line of a published table has exactly one suppressed cell beside visible ones: whoever
-- knows the line's total could subtract the others from it (P02).
with cells as (
    select
        'fct_function_flows' as table_name,
        cast(collaboration_month as string) || '/from/' || giver_function as line,
        suppressed
    from {{ ref('fct_function_flows') }}
    union all
    select
        'fct_function_flows' as table_name,
        cast(collaboration_month as string) || '/to/' || taker_function as line,
        suppressed
    from {{ ref('fct_function_flows') }}
    union all
    select
        'fct_function_contributions' as table_name,
        period_key || '/' || book || '/' || attribution_model || '/' || currency_code as line,
        suppressed
    from {{ ref('fct_function_contributions') }}
)

select table_name, line
from cells
group by table_name, line
having count(*) > 1 and sum(case when suppressed then 1 else 0 end) = 1
