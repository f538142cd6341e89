-- One row per credit note to a customer that stands.
with night as (
    select run_date from {{ source('raw_night', 'run') }}
),

credit_notes as (
    select credit_notes.*
    from {{ ref('stg_finance__credit_notes') }} as credit_notes
    cross join night
    -- a purchase's credit note is no refund; one without a type may be
    where coalesce(credit_notes.document_type, 'ACCRECCREDIT') = 'ACCRECCREDIT'
        and coalesce(credit_notes.status, '') in ('AUTHORISED', 'PAID')
        and coalesce(credit_notes.credit_note_date <= night.run_date, true)
),

invoices as (
    select * from {{ ref('stg_finance__invoices') }}
),

opportunities as (
    select * from {{ ref('int_funnel__opportunities') }}
),

currencies as (
    select * from {{ ref('stg_policy__currencies') }}
),

-- A credit note names its deal, or an invoice that does.
named_deals as (
    select
        reference,
        min(opportunity_id_crm) as opportunity_id_crm
    from (
        select opportunity_id_crm as reference, opportunity_id_crm from opportunities
        union all
        select
            {{ sf_id_18('invoice_number') }} as reference,
            {{ sf_id_18('reference') }} as opportunity_id_crm
        from invoices
        where invoice_number is not null and reference is not null
    ) as names
    group by reference
),

judged as (
    select
        credit_notes.credit_note_id_finance,
        credit_notes.credit_note_date,
        opportunities.opportunity_key,
        coalesce(credit_notes.currency_code, opportunities.plan_currency_code) as currency_code,
        opportunities.is_won and not opportunities.is_held as is_credited,
        opportunities.amount_minor,
        opportunities.plan_amount_minor,
        {{ to_minor('credit_notes.amount', 'currencies.minor_digits') }} as stated_minor,
        case
            when credit_notes.document_type is null then 'document_type_missing'
            when opportunities.opportunity_key is null then 'deal_unknown'
            when credit_notes.credit_note_date is null then 'date_missing'
            when coalesce(credit_notes.currency_code, opportunities.plan_currency_code)
                <> opportunities.currency_code
            then 'currency_differs'
            when credit_notes.amount is null or currencies.minor_digits is null
            then 'amount_missing'
            when opportunities.is_won and opportunities.amount_minor <= 0 then 'nothing_to_refund'
        end as held_reason_code
    from credit_notes
    left join named_deals
        on coalesce({{ sf_id_18('credit_notes.reference') }}, '') = named_deals.reference
    left join opportunities
        on named_deals.opportunity_id_crm = opportunities.opportunity_id_crm
    left join currencies
        on coalesce(credit_notes.currency_code, opportunities.plan_currency_code)
            = currencies.currency_code
),

-- All credit notes of a deal take no more from it than it is worth, the older ones first (M02).
counted as (
    select
        *,
        least(
            cast(sum(
                case when held_reason_code is null and is_credited then stated_minor else 0 end
            ) over (
                partition by opportunity_key
                order by
                    credit_note_date asc nulls last,
                    credit_note_id_finance asc nulls last
                rows between unbounded preceding and current row
            ) as bigint),
            amount_minor
        ) as refunded_to_date_minor
    from judged
),

steps as (
    select
        *,
        coalesce(lag(refunded_to_date_minor) over (
            partition by opportunity_key
            order by
                credit_note_date asc nulls last,
                credit_note_id_finance asc nulls last
        ), 0) as refunded_before_minor
    from counted
)

-- in the plan's currency a refund is its part of the deal, so at the deal's own rate (M10)
select
    credit_note_id_finance,
    opportunity_key,
    credit_note_date,
    stated_minor,
    case
        when held_reason_code is null and is_credited
        then refunded_to_date_minor - refunded_before_minor
        else 0
    end as refunded_minor,
    case
        when held_reason_code is null and is_credited
        then {{ divide_rounded(
            wide_integer('plan_amount_minor') ~ ' * ' ~ wide_integer('refunded_to_date_minor'),
            'amount_minor'
        ) }} - {{ divide_rounded(
            wide_integer('plan_amount_minor') ~ ' * ' ~ wide_integer('refunded_before_minor'),
            'amount_minor'
        ) }}
        else 0
    end as plan_refunded_minor,
    currency_code,
    case
        when held_reason_code is not null then held_reason_code
        when is_credited and stated_minor > refunded_to_date_minor - refunded_before_minor
        then 'more_than_the_deal'
    end as held_reason_code
from steps
