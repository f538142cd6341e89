-- One row per credit, the plan component that pays it and part of it with a release of its own.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

-- Behind a closed gate, or for who may not be measured, nothing is earned.
closed_gates as (
    {{ closed_gates(ref('int_bonus__gate_results')) }}
),

commissions as (
    select capped_commissions.*
    from {{ ref('int_bonus__capped_commissions') }} as capped_commissions
    inner join {{ ref('int_bonus__eligibility') }} as eligibility
        on capped_commissions.payee_employee_key = eligibility.employee_key
        and capped_commissions.plan_component_key = eligibility.plan_component_key
        and capped_commissions.period_key = eligibility.period_key
        and eligibility.is_eligible
    left join closed_gates
        on capped_commissions.plan_component_key = closed_gates.plan_component_key
        and capped_commissions.period_key = closed_gates.period_key
    where closed_gates.plan_component_key is null
),

transactions as (
    select * from {{ ref('int_bonus__transactions') }}
),

plan_components as (
    select * from {{ ref('stg_policy__plan_components') }}
),

release_shares as (
    select
        release_schedule_key,
        share_number,
        days_after_win,
        cast(sum({{ rate_units('release_share') }}) over (
            partition by release_schedule_key
            order by share_number asc nulls last
            rows between unbounded preceding and current row
        ) as bigint) as until_units,
        {{ rate_units('release_share') }} as share_units
    from {{ ref('stg_policy__release_shares') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
    where is_won and not is_held and amount_minor > 0
),

currencies as (
    select * from {{ ref('stg_policy__currencies') }}
),

customer_invoices as (
    select
        opportunities.opportunity_key,
        opportunities.amount_minor,
        invoices.invoice_id_finance,
        invoices.invoice_date,
        coalesce(invoices.paid_date <= night.run_date, false) as is_paid,
        {{ to_minor('invoices.amount', 'currencies.minor_digits') }} as invoiced_minor
    from {{ ref('stg_finance__invoices') }} as invoices
    cross join night
    inner join opportunities
        on {{ sf_id_18('invoices.reference') }} = opportunities.opportunity_id_crm
        and coalesce(invoices.currency_code, opportunities.plan_currency_code)
            = opportunities.currency_code
    inner join currencies
        on opportunities.currency_code = currencies.currency_code
    where invoices.document_type = 'ACCREC'
        and invoices.status in ('AUTHORISED', 'PAID')
        and invoices.invoice_date <= night.run_date
),

-- Invoices cover their deal one after the other; what goes beyond it covers nothing.
covered as (
    select
        *,
        least(amount_minor, cast(sum(invoiced_minor) over (
            partition by opportunity_key
            order by invoice_date asc nulls last, invoice_id_finance asc nulls last
            rows between unbounded preceding and current row
        ) as bigint)) as until_minor
    from customer_invoices
),

-- Parts of a deal as spans of a whole, each with what must happen before it is paid.
invoice_parts as (
    select
        opportunity_key,
        'invoice ' || invoice_id_finance as part_ref,
        coalesce(lag(until_minor) over (
            partition by opportunity_key
            order by invoice_date asc nulls last, invoice_id_finance asc nulls last
        ), 0) as from_units,
        until_minor as until_units,
        amount_minor as whole_units,
        is_paid,
        true as is_invoiced
    from covered
    union all
    select
        opportunities.opportunity_key,
        'not invoiced' as part_ref,
        coalesce(billed.until_minor, 0) as from_units,
        opportunities.amount_minor as until_units,
        opportunities.amount_minor as whole_units,
        false as is_paid,
        false as is_invoiced
    from opportunities
    left join (
        select opportunity_key, max(until_minor) as until_minor
        from covered
        group by opportunity_key
    ) as billed
        on opportunities.opportunity_key = billed.opportunity_key
),

-- What takes money back is never spread, so it has no parts.
parts as (
    select
        commissions.credit_key,
        commissions.plan_component_key,
        invoice_parts.part_ref,
        invoice_parts.from_units,
        invoice_parts.until_units,
        invoice_parts.whole_units,
        case
            when not invoice_parts.is_invoiced then 'not_invoiced'
            when plan_components.release_rule = 'payment' and not invoice_parts.is_paid
            then 'not_paid_by_customer'
        end as release_reason_code
    from commissions
    inner join plan_components
        on commissions.plan_component_key = plan_components.plan_component_key
        and commissions.plan_version = plan_components.plan_version
        and plan_components.release_rule in ('invoice', 'payment')
    inner join invoice_parts
        on commissions.opportunity_key = invoice_parts.opportunity_key
    where invoice_parts.from_units < invoice_parts.until_units
        and commissions.commission_minor > 0
    union all
    select
        commissions.credit_key,
        commissions.plan_component_key,
        'share ' || cast(release_shares.share_number as string) as part_ref,
        release_shares.until_units - release_shares.share_units as from_units,
        release_shares.until_units,
        1000000 as whole_units,
        case
            when {{ add_days('commissions.incentive_date', 'release_shares.days_after_win') }}
                > night.run_date
            then 'release_date_ahead'
        end as release_reason_code
    from commissions
    cross join night
    inner join plan_components
        on commissions.plan_component_key = plan_components.plan_component_key
        and commissions.plan_version = plan_components.plan_version
        and plan_components.release_rule = 'dated_shares'
    inner join release_shares
        on plan_components.release_schedule_key = release_shares.release_schedule_key
    where commissions.commission_minor > 0
)

-- An amount up to one edge less the amount up to the edge before: the parts add up to the whole,
-- and a later part never moves an earlier one (T08).
select
    commissions.credit_key,
    commissions.plan_component_key,
    parts.part_ref,
    commissions.plan_version,
    commissions.opportunity_key,
    commissions.payee_employee_key,
    commissions.period_key,
    case
        when transactions.book in ('hard_rollup', 'overlay_rollup')
        then 'contribution.fct_rollup_credits:'
        else 'contribution.fct_contribution_credits:'
    end || commissions.credit_key || coalesce(':' || parts.part_ref, '') as source_ref,
    commissions.rule_key,
    commissions.tier_rate,
    coalesce(commissions.hold_reason_code, parts.release_reason_code) as hold_reason_code,
    commissions.currency_code,
    transactions.override_id,
    transactions.source_minor,
    transactions.refunded_minor,
    commissions.credited_minor,
    case when commissions.commission_minor > 0 then parts.from_units end as part_from_units,
    case when commissions.commission_minor > 0 then parts.until_units end as part_until_units,
    case when commissions.commission_minor > 0 then parts.whole_units end as part_whole_units,
    case
        when parts.part_ref is null then commissions.commission_minor
        else {{ divide_rounded(
            wide_integer('commissions.commission_minor')
                ~ ' * ' ~ wide_integer('parts.until_units'),
            'parts.whole_units'
        ) }} - {{ divide_rounded(
            wide_integer('commissions.commission_minor')
                ~ ' * ' ~ wide_integer('parts.from_units'),
            'parts.whole_units'
        ) }}
    end as released_minor
from commissions
inner join transactions
    on commissions.credit_key = transactions.credit_key
left join parts
    on commissions.credit_key = parts.credit_key
    and commissions.plan_component_key = parts.plan_component_key
