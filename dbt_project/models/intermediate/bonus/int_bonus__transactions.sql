-- One row per credit of the books that plans pay by transaction, net of what was refunded.
with credits as (
    select
        credit_key,
        opportunity_key,
        employee_key,
        book,
        incentive_date,
        won_at,
        plan_credited_amount_minor,
        plan_currency_code
    from {{ ref('fct_contribution_credits') }}
    where book <> 'contribution'
    union all
    select
        rollup_credit_key as credit_key,
        opportunity_key,
        employee_key,
        book,
        incentive_date,
        won_at,
        plan_credited_amount_minor,
        plan_currency_code
    from {{ ref('fct_rollup_credits') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

deal_refunds as (
    select
        opportunity_key,
        cast(sum(plan_refunded_minor) as bigint) as plan_refunded_minor
    from {{ ref('int_bonus__refunds') }}
    group by opportunity_key
    having sum(plan_refunded_minor) <> 0
),

-- What somebody put in the place of what the records credit; dated, so that it can end (M09).
overrides as (
    select
        opportunities.opportunity_key,
        employees.employee_key,
        overrides.book,
        max(overrides.override_id) as override_id,
        max_by(overrides.override_minor, overrides.override_id) as override_minor
    from {{ ref('stg_policy__overrides') }} as overrides
    cross join {{ source('raw_night', 'run') }} as night
    inner join opportunities
        on overrides.opportunity_id_crm = opportunities.opportunity_id_crm
    inner join {{ ref('int_identity__employees') }} as employees
        on overrides.employee_number = employees.employee_number
    where overrides.overridden_input = 'credited_amount'
        and {{ in_force('night.run_date', 'overrides') }}
    group by opportunities.opportunity_key, employees.employee_key, overrides.book
),

-- A book gives back the part of it that the deal gave back: all of it for a full refund.
refunded_credits as (
    select
        credits.credit_key,
        credits.opportunity_key,
        credits.book,
        credits.plan_credited_amount_minor as weight,
        {{ divide_rounded(
            wide_integer('deal_refunds.plan_refunded_minor')
            ~ ' * ' ~ wide_integer('sum(credits.plan_credited_amount_minor) over ('
            ~ 'partition by credits.opportunity_key, credits.book)'),
            'opportunities.plan_amount_minor'
        ) }} as book_refunded_minor
    from credits
    inner join deal_refunds
        on credits.opportunity_key = deal_refunds.opportunity_key
    inner join opportunities
        on credits.opportunity_key = opportunities.opportunity_key
),

refunds as (
    {{ allocate_largest_remainder(
        'refunded_credits',
        {'refunded_minor': 'book_refunded_minor'},
        'weight',
        ['opportunity_key', 'book'],
        ['credit_key']
    ) }}
)

select
    credits.credit_key,
    credits.opportunity_key,
    credits.employee_key,
    credits.book,
    overrides.override_id,
    credits.plan_currency_code as currency_code,
    credits.incentive_date,
    credits.won_at,
    credits.plan_credited_amount_minor as source_minor,
    overrides.override_minor,
    coalesce(refunds.refunded_minor, 0) as refunded_minor,
    -- a refund takes its part of what was put in the place, too
    case
        when overrides.override_id is null or credits.plan_credited_amount_minor <= 0
        then coalesce(overrides.override_minor, credits.plan_credited_amount_minor)
            - coalesce(refunds.refunded_minor, 0)
        else {{ divide_rounded(
            wide_integer('overrides.override_minor') ~ ' * ' ~ wide_integer(
                '(credits.plan_credited_amount_minor - coalesce(refunds.refunded_minor, 0))'
            ),
            'credits.plan_credited_amount_minor'
        ) }}
    end as credited_minor
from credits
left join refunds
    on credits.credit_key = refunds.credit_key
left join overrides
    on credits.opportunity_key = overrides.opportunity_key
    and credits.employee_key = overrides.employee_key
    and credits.book = overrides.book
