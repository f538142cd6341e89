-- One row per payee, plan component, period, source, account and entry type that moves tonight.
with earnings as (
    select * from {{ ref('int_bonus__earnings') }}
),

component_periods as (
    select * from {{ ref('int_bonus__component_periods') }}
),

eligibility as (
    select * from {{ ref('int_bonus__eligibility') }}
),

closed_gates as (
    {{ closed_gates(ref('int_bonus__gate_results')) }}
),

night as (
    select run_date from {{ source('raw_night', 'run') }}
),

-- Where policy puts what cannot be paid; a component's own rule goes before that of all.
disposition_rules as (
    select rules.*
    from {{ ref('stg_policy__disposition_rules') }} as rules
    cross join night
    where {{ in_force('night.run_date', 'rules') }}
),

posted as (
    select * from {{ ref('int_bonus__postings') }}
),

posted_periods as (
    select distinct plan_component_key, period_key
    from posted
    where not is_accrual
),

-- Entitled to date on one side, posted to date on the other, by source.
entitled_and_posted as (
    select
        earnings.payee_employee_key,
        earnings.plan_component_key,
        earnings.period_key,
        earnings.source_ref,
        coalesce(not component_periods.is_ended, false) and earnings.opening_account is null
            as is_accrual,
        earnings.plan_version,
        earnings.currency_code,
        earnings.opening_account,
        earnings.hold_reason_code,
        earnings.cause,
        earnings.entitled_minor,
        cast(null as bigint) as posted_minor,
        cast(null as bigint) as posted_payable_minor,
        cast(null as string) as opportunity_key,
        false as is_deal_held
    from earnings
    left join component_periods
        on earnings.plan_component_key = component_periods.plan_component_key
        and earnings.period_key = component_periods.period_key
    union all
    select
        payee_employee_key, plan_component_key, period_key, source_ref, is_accrual,
        plan_version,
        currency_code,
        cast(null as string) as opening_account,
        cast(null as string) as hold_reason_code,
        cast(null as string) as cause,
        cast(null as bigint) as entitled_minor,
        posted_minor,
        case when account = 'payable' then posted_minor else 0 end as posted_payable_minor,
        opportunity_key,
        is_deal_held
    from posted
),

sources as (
    select
        payee_employee_key, plan_component_key, period_key, source_ref, is_accrual,
        -- the version it is entitled under; the posted one when nothing is entitled any more
        coalesce(
            max(case when entitled_minor is not null then plan_version end), max(plan_version)
        ) as plan_version,
        max(currency_code) as currency_code,
        max(opening_account) as opening_account,
        max(hold_reason_code) as hold_reason_code,
        max(cause) as cause,
        coalesce(cast(sum(entitled_minor) as bigint), 0) as entitled_minor,
        coalesce(cast(sum(posted_minor) as bigint), 0) as posted_minor,
        coalesce(cast(sum(posted_payable_minor) as bigint), 0) as posted_payable_minor,
        count(entitled_minor) > 0 as is_entitled,
        count(posted_minor) > 0 as is_posted,
        max(opportunity_key) as opportunity_key,
        bool_or(is_deal_held) as is_deal_held
    from entitled_and_posted
    group by payee_employee_key, plan_component_key, period_key, source_ref, is_accrual
),

judged_sources as (
    select
        *,
        -- paid and no longer earned: reclaimed, whatever holds would stand against paying it (M04)
        posted_payable_minor > 0 and entitled_minor < posted_payable_minor as is_clawback,
        -- a deal in quarantine says nothing yet: neither of itself nor of the tiers of the others
        bool_or(is_deal_held and posted_payable_minor > 0) over (
            partition by payee_employee_key, plan_component_key, period_key
        ) as has_paid_deal_held
    from sources
),

-- The first reason that holds decides; null: nothing stands against paying it.
reasoned as (
    select
        sources.*,
        coalesce(component_periods.minimum_payment_minor, 0) as minimum_payment_minor,
        posted_periods.period_key is not null as is_period_posted,
        case
            when sources.is_accrual then 'period_not_ended'
            when sources.opening_account is not null
                and (
                    not sources.is_posted
                    or sources.opening_account not in ('payable', 'carried')
                )
            then case
                when sources.cause in ('draw_balance', 'draw_forgiveness') then 'draw_balance'
                else 'opening_balance'
            end
            when component_periods.is_finance_gated and not component_periods.is_closed
                and not sources.is_clawback
            then 'finance_period_not_closed'
            -- a draw is pay ahead of any commission: no gate holds it back (M01)
            when closed_gates.period_key is not null
                and coalesce(sources.cause, '')
                    not in ('draw_advance', 'draw_recovery', 'guarantee')
            then 'gate_closed_after_posting'
            when eligibility.is_leaver
                and eligibility.payout_ineligible_reason_code = 'left_before_payment'
            then 'left_before_payment'
            when sources.is_clawback and sources.has_paid_deal_held then 'deal_held_after_posting'
            when sources.is_clawback then null
            when sources.hold_reason_code is not null then sources.hold_reason_code
            -- a quota that is missing holds no guarantee back, nor what was decided by hand
            when sources.is_entitled and sources.opening_account is null
                and sources.cause
                    not in ('draw_advance', 'draw_recovery', 'guarantee', 'adjustment')
            then eligibility.payout_ineligible_reason_code
        end as reason_code
    from judged_sources as sources
    left join component_periods
        on sources.plan_component_key = component_periods.plan_component_key
        and sources.period_key = component_periods.period_key
    left join eligibility
        on sources.payee_employee_key = eligibility.employee_key
        and sources.plan_component_key = eligibility.plan_component_key
        and sources.period_key = eligibility.period_key
    left join closed_gates
        on sources.plan_component_key = closed_gates.plan_component_key
        and sources.period_key = closed_gates.period_key
    left join posted_periods
        on sources.plan_component_key = posted_periods.plan_component_key
        and sources.period_key = posted_periods.period_key
),

-- What is left to pay decides as one sum per payee and component: small sums wait (G07), a
-- negative one is a receivable and is never deducted by itself (M05, T05).
outstanding as (
    select
        reasoned.*,
        cast(sum(
            case when reason_code is null then entitled_minor - posted_payable_minor else 0 end
        ) over (partition by payee_employee_key, plan_component_key, currency_code) as bigint)
            as outstanding_minor
    from reasoned
),

named as (
    select
        outstanding.*,
        case
            when reason_code is not null then reason_code
            when outstanding_minor <> 0 and abs(outstanding_minor) < minimum_payment_minor
            then 'below_minimum_payment'
            when outstanding_minor < 0 then 'negative_balance'
        end as final_reason_code
    from outstanding
),

disposed as (
    select
        named.*,
        case
            when named.final_reason_code is null then 'payable'
            when named.final_reason_code in ('opening_balance', 'draw_balance')
            then named.opening_account
            else coalesce(
                own_rules.account,
                general_rules.account,
                case
                    when named.final_reason_code = 'below_minimum_payment' then 'carried'
                    when named.final_reason_code = 'negative_balance' then 'receivable'
                    when named.final_reason_code in (
                        'left_before_payment', 'gate_closed_after_posting',
                        'deal_held_after_posting'
                    )
                    then 'in_review'
                    else 'held'
                end
            )
        end as account
    from named
    left join disposition_rules as own_rules
        on named.plan_component_key = own_rules.plan_component_key
        and named.final_reason_code = own_rules.reason_code
    left join disposition_rules as general_rules
        on general_rules.plan_component_key is null
        and named.final_reason_code = general_rules.reason_code
),

-- Where each source should stand now, against where it was posted. What was paid stays paid: only
-- the rest may stand elsewhere.
positions as (
    select
        payee_employee_key, plan_component_key, period_key, source_ref, is_accrual, account,
        case
            when account = 'payable' then entitled_minor
            else entitled_minor - posted_payable_minor
        end as position_minor, 0 as posted_minor
    from disposed
    union all
    select
        payee_employee_key, plan_component_key, period_key, source_ref, is_accrual,
        'payable' as account,
        posted_payable_minor as position_minor, 0 as posted_minor
    from disposed
    where account <> 'payable' and posted_payable_minor <> 0
    union all
    select
        payee_employee_key, plan_component_key, period_key, source_ref, is_accrual, account,
        -posted_minor as position_minor,
        posted_minor
    from posted
),

movements as (
    select
        payee_employee_key, plan_component_key, period_key, source_ref, is_accrual, account,
        cast(sum(position_minor) as bigint) as payable_minor,
        cast(sum(posted_minor) as bigint) as posted_minor
    from positions
    group by all
)

select
    movements.payee_employee_key,
    movements.plan_component_key,
    disposed.plan_version,
    movements.period_key,
    movements.source_ref,
    disposed.opportunity_key,
    movements.account,
    case
        when movements.is_accrual and movements.payable_minor < 0 then 'accrual_reversal'
        when movements.is_accrual then 'accrual'
        when disposed.cause = 'draw_forgiveness' then 'draw_forgiveness'
        when disposed.cause in ('draw_advance', 'draw_recovery', 'draw_balance')
        then case
            when (movements.payable_minor > 0) = (disposed.cause <> 'draw_balance')
            then 'draw_advance'
            else 'draw_recovery'
        end
        when disposed.opening_account is not null then 'adjustment'
        when disposed.cause = 'adjustment' and not disposed.is_posted then 'adjustment'
        when disposed.is_posted and disposed.entitled_minor = disposed.posted_minor
        then 'adjustment'
        -- no more than was paid is clawed back (M04): beside it, what never was is put right
        when disposed.is_clawback
            and movements.payable_minor < 0
            and -movements.payable_minor
                <= disposed.posted_payable_minor - greatest(disposed.entitled_minor, 0)
            and movements.account in ('payable', 'receivable')
        then 'clawback'
        when disposed.is_period_posted then 'prior_period_adjustment'
        else 'earning'
    end as entry_type,
    case
        when movements.is_accrual and disposed.is_entitled then disposed.cause
        when movements.is_accrual then 'period_ended'
        when disposed.is_posted and disposed.entitled_minor = disposed.posted_minor
        then 'disposition_changed'
        when disposed.is_posted then 'recomputed'
        when disposed.is_period_posted and disposed.opening_account is null
            and disposed.cause
                not in ('draw_advance', 'draw_recovery', 'guarantee', 'adjustment')
        then 'late_record'
        else disposed.cause
    end as cause,
    case
        when movements.account <> disposed.account then 'disposition_changed'
        else disposed.final_reason_code
    end as disposition_reason_code,
    disposed.currency_code,
    disposed.entitled_minor,
    disposed.posted_payable_minor,
    movements.posted_minor,
    movements.payable_minor
from movements
inner join disposed
    on movements.payee_employee_key = disposed.payee_employee_key
    and movements.plan_component_key = disposed.plan_component_key
    and movements.period_key = disposed.period_key
    and movements.source_ref = disposed.source_ref
    and movements.is_accrual = disposed.is_accrual
-- a source that is worth nothing still gets its line, once, in the account that says why
where movements.payable_minor <> 0
    or (not disposed.is_posted and movements.account = disposed.account)
