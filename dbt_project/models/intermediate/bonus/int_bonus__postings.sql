-- One row per payee, plan component, period, source, account and whether it is an accrual.
with entries as (
    select * from {{ ref('stg_ledger__entries') }}
    where account <> 'entitlement'
),

employees as (
    select * from {{ ref('int_identity__employees') }}
),

held_opportunities as (
    select * from {{ ref('int_funnel__held_opportunities') }}
),

-- The leg in account entitlement is the counterpart of all others. What was paid has been payable.
postings as (
    select
        employees.employee_key as payee_employee_key,
        entries.plan_component_key,
        entries.period_key,
        entries.source_ref,
        entries.entry_type in ('accrual', 'accrual_reversal') as is_accrual,
        case when entries.account = 'paid' then 'payable' else entries.account end as account,
        max(entries.plan_version) as plan_version,
        max(entries.opportunity_key) as opportunity_key,
        max(entries.currency_code) as currency_code,
        cast(sum(entries.amount_minor) as bigint) as posted_minor
    from entries
    inner join employees
        on entries.payee_employee_number = employees.employee_number
    group by all
)

select
    postings.payee_employee_key,
    postings.plan_component_key,
    postings.period_key,
    postings.source_ref,
    postings.is_accrual,
    postings.account,
    postings.plan_version,
    postings.opportunity_key,
    postings.currency_code,
    postings.posted_minor,
    held_opportunities.opportunity_key is not null as is_deal_held
from postings
left join held_opportunities
    on postings.opportunity_key = held_opportunities.opportunity_key
