-- One row per held row, book and reason.
with held_opportunities as (
    select * from {{ ref('int_funnel__held_opportunities') }}
),

unresolved_identities as (
    select * from {{ ref('int_identity__unresolved_identities') }}
),

unresolved_credits as (
    select * from {{ ref('fct_unresolved_credits') }}
),

commissions as (
    select * from {{ ref('int_bonus__capped_commissions') }}
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

refunds as (
    select * from {{ ref('int_bonus__refunds') }}
),

overrides as (
    select overrides.*
    from {{ ref('stg_policy__overrides') }} as overrides
    cross join {{ source('raw_night', 'run') }} as night
    where overrides.overridden_input = 'credited_amount'
        and {{ in_force('night.run_date', 'overrides') }}
),

-- deals have several currencies: what somebody would have earned is summed in the plan's
credits_at_stake as (
    select
        system,
        identity_value,
        book,
        cast(sum(plan_credited_amount_minor) as bigint) as amount_minor,
        max(plan_currency_code) as currency_code
    from unresolved_credits
    group by system, identity_value, book
),

held_rows as (
    select
        'funnel.fct_opportunities' as table_name,
        opportunity_key as row_key,
        cast(null as string) as book,
        reason_code,
        amount_minor,
        currency_code
    from held_opportunities
    union all
    -- an alias that has run out leaves credit at stake for a value that is else well known
    select
        'identity' as table_name,
        coalesce(unresolved_identities.system, credits_at_stake.system)
        || ':' || coalesce(unresolved_identities.identity_value, credits_at_stake.identity_value)
            as row_key,
        credits_at_stake.book,
        coalesce(unresolved_identities.reason_code, 'unknown') as reason_code,
        credits_at_stake.amount_minor,
        credits_at_stake.currency_code
    from unresolved_identities
    full outer join credits_at_stake
        on unresolved_identities.system = credits_at_stake.system
        and unresolved_identities.identity_value = credits_at_stake.identity_value
    union all
    -- what a credit note takes from no deal
    select
        'finance.credit_note' as table_name,
        credit_note_id_finance as row_key,
        null as book,
        held_reason_code as reason_code,
        stated_minor - refunded_minor as amount_minor,
        currency_code
    from refunds
    where held_reason_code is not null
    union all
    -- an override of a credit that the records do not give (M09)
    select
        'policy.overrides' as table_name,
        overrides.override_id as row_key,
        overrides.book,
        'nothing_to_override' as reason_code,
        overrides.override_minor as amount_minor,
        overrides.currency_code
    from overrides
    left join (
        select distinct override_id from {{ ref('int_bonus__transactions') }}
    ) as used
        on overrides.override_id = used.override_id
    where used.override_id is null
    union all
    -- tiers in a quota that is not there: the amount cannot be computed (T04)
    select
        'bonus.fct_payout_lines' as table_name,
        payee_employee_key || ':' || plan_component_key || ':' || period_key as row_key,
        null as book,
        max(hold_reason_code) as reason_code,
        cast(sum(commission_minor) as bigint) as amount_minor,
        max(currency_code) as currency_code
    from commissions
    where hold_reason_code is not null
    group by payee_employee_key, plan_component_key, period_key
    union all
    select
        'bonus.fct_payout_lines' as table_name,
        eligibility.employee_key || ':' || eligibility.plan_component_key
            || ':' || eligibility.period_key as row_key,
        null as book,
        eligibility.payout_ineligible_reason_code as reason_code,
        cast(null as bigint) as amount_minor,
        eligibility.currency_code
    from eligibility
    inner join component_periods
        on eligibility.plan_component_key = component_periods.plan_component_key
        and eligibility.period_key = component_periods.period_key
    where eligibility.payout_ineligible_reason_code = 'salary_missing'
        and component_periods.is_ended
)

select
    {{ surrogate_key(['table_name', 'row_key', 'book', 'reason_code']) }} as quarantine_key,
    table_name,
    row_key,
    book,
    reason_code,
    amount_minor,
    currency_code
from held_rows
