-- One row per payee, plan component, period and source of a draw that moves money.
with draws as (
    select * from {{ ref('int_bonus__draws') }}
),

-- An advance is paid now and owed from now on, a recovery the other way round: two rows that add
-- up to nothing, because a draw makes nobody entitled to more. A guarantee's top-up does, and so
-- does what is forgiven: it was paid, and need not be earned any more.
movements as (
    select
        draws.*,
        'guarantee' as cause,
        'guarantee' as side,
        cast(null as string) as stated_account,
        topped_up_minor as entitled_minor
    from draws
    where topped_up_minor <> 0
    union all
    select
        draws.*,
        case when advanced_minor > 0 then 'draw_advance' else 'draw_recovery' end as cause,
        'pay' as side,
        cast(null as string) as stated_account,
        advanced_minor - recovered_minor as entitled_minor
    from draws
    where advanced_minor <> recovered_minor
    union all
    select
        draws.*,
        'draw_balance' as cause,
        'balance' as side,
        'receivable' as stated_account,
        recovered_minor - advanced_minor as entitled_minor
    from draws
    where advanced_minor <> recovered_minor
    union all
    select
        draws.*,
        'draw_forgiveness' as cause,
        'forgiveness' as side,
        'receivable' as stated_account,
        forgiven_minor as entitled_minor
    from draws
    where forgiven_minor <> 0
)

select
    payee_employee_key,
    plan_component_key,
    plan_version,
    period_key,
    'policy.draws:' || plan_component_key || ':' || period_key || ':' || side as source_ref,
    cause,
    case when side in ('guarantee', 'forgiveness') then side else 'recoverable draw' end
        as rule_key,
    stated_account,
    currency_code,
    entitled_minor
from movements
