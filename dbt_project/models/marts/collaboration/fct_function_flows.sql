-- One row per giver function, taker function and calendar month.
with interactions as (
    select * from {{ ref('fct_interactions') }}
),

employee_history as (
    select * from {{ ref('dim_employee_history') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

flows as (
    select
        givers.function as giver_function,
        takers.function as taker_function,
        interactions.event_month as collaboration_month,
        cast(count(*) as bigint) as interaction_count,
        count(distinct interactions.giver_employee_key) as giver_count,
        count(distinct interactions.taker_employee_key) as taker_count
    from interactions
    inner join employee_history as givers
        on interactions.giver_employee_key = givers.employee_key
        and {{ in_force('interactions.event_date', 'givers') }}
    inner join employee_history as takers
        on interactions.taker_employee_key = takers.employee_key
        and {{ in_force('interactions.event_date', 'takers') }}
    group by givers.function, takers.function, interactions.event_month
),

-- few givers are as easy to make out as few takers: both sides must be large enough
sized_flows as (
    select
        flows.*,
        least(flows.giver_count, flows.taker_count) < company_settings.min_group_size as is_small
    from flows
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
),

suppressed_flows as (
    {{ suppress_small_groups(
        'sized_flows',
        lines=[
            ['collaboration_month', 'giver_function'],
            ['collaboration_month', 'taker_function'],
        ],
        order_by=['interaction_count', 'giver_function', 'taker_function'],
    ) }}
)

select
    giver_function,
    taker_function,
    collaboration_month,
    case when not suppressed then interaction_count end as interaction_count,
    suppressed
from suppressed_flows
