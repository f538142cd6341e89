-- One row per function, quarter, book, attribution model and currency.
with contribution_credits as (
    select * from {{ ref('fct_contribution_credits') }}
),

periods as (
    select * from {{ ref('dim_periods') }}
),

company_settings as (
    select * from {{ ref('stg_policy__company_settings') }}
),

nights as (
    select run_date from {{ source('raw_night', 'run') }}
),

-- quarters only: months beside them would give away a suppressed month by subtraction
function_totals as (
    select
        contribution_credits.function,
        periods.period_key,
        contribution_credits.book,
        contribution_credits.attribution_model,
        contribution_credits.currency_code,
        contribution_credits.plan_currency_code,
        cast(sum(contribution_credits.credited_amount_minor) as bigint) as credited_amount_minor,
        cast(sum(contribution_credits.plan_credited_amount_minor) as bigint)
            as plan_credited_amount_minor,
        cast(count(distinct contribution_credits.opportunity_key) as bigint) as deal_count,
        count(distinct contribution_credits.employee_key) as person_count
    from contribution_credits
    inner join periods
        on periods.period_type = 'quarter'
        and periods.start_date <= contribution_credits.incentive_date
        and contribution_credits.incentive_date < periods.end_date
    where contribution_credits.credit_reason_code <> 'no_non_sales_touch'
    group by
        contribution_credits.function,
        periods.period_key,
        contribution_credits.book,
        contribution_credits.attribution_model,
        contribution_credits.currency_code,
        contribution_credits.plan_currency_code
),

-- credit without a person gives nobody away; any other group must be large enough
sized_totals as (
    select
        function_totals.*,
        company_settings.min_group_size,
        function_totals.person_count between 1 and company_settings.min_group_size - 1 as is_small,
        cast(
            sum(function_totals.credited_amount_minor) over (
                partition by
                    function_totals.period_key,
                    function_totals.book,
                    function_totals.attribution_model,
                    function_totals.currency_code,
                    function_totals.plan_currency_code
            ) as bigint
        ) as whole_minor
    from function_totals
    cross join nights
    inner join company_settings
        on {{ in_force('nights.run_date', 'company_settings') }}
),

suppressed_totals as (
    {{ suppress_small_groups(
        'sized_totals',
        within=[
            'period_key', 'book', 'attribution_model', 'currency_code', 'plan_currency_code'
        ],
        size='person_count',
        order_by=['credited_amount_minor', 'function'],
    ) }}
)

select
    function,
    period_key,
    attribution_model,
    book,
    case
        when not suppressed
        then {{ share_from_units(divide_rounded(
            wide_integer('credited_amount_minor') ~ ' * ' ~ share_whole(), 'whole_minor'
        )) }}
    end as credit_share,
    case when not suppressed then credited_amount_minor end as credited_amount_minor,
    currency_code,
    case when not suppressed then plan_credited_amount_minor end as plan_credited_amount_minor,
    plan_currency_code,
    case when not suppressed then deal_count end as deal_count,
    suppressed
from suppressed_totals
