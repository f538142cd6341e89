-- One row per SPIF, payee and, where it pays by deal, deal.
with entries as (
    select * from {{ ref('int_bonus__spif_entries') }}
),

spif_prizes as (
    select * from {{ ref('stg_policy__spif_prizes') }}
),

deal_entries as (
    select *
    from entries
    where award_type = 'per_deal' and entered > 0
),

-- the part of who may not be paid stays with the company
deal_parts as (
    {{ allocate_largest_remainder(
        'deal_entries',
        {'part_minor': 'award_minor'},
        'weight',
        ['spif_key', 'period_key', 'opportunity_key'],
        ['payee_employee_key']
    ) }}
),

-- first come, first served, always in the same order (T06), until the budget is used up
deal_awards as (
    select
        *,
        cast(sum(part_minor) over (
            partition by spif_key, period_key
            order by
                incentive_date asc nulls last,
                won_at asc nulls last,
                opportunity_key asc nulls last,
                payee_employee_key asc nulls last
            rows between unbounded preceding and current row
        ) as bigint) - part_minor as spent_minor
    from deal_parts
    where is_eligible
),

standings as (
    select
        spif_key,
        plan_component_key,
        period_key,
        tie_rule,
        currency_code,
        budget_minor,
        payee_employee_key,
        cast(sum(entered) as bigint) as entered,
        max(won_at) as reached_at
    from entries
    where award_type = 'ranking' and is_eligible
    group by
        spif_key,
        plan_component_key,
        period_key,
        tie_rule,
        currency_code,
        budget_minor,
        least_entered,
        payee_employee_key
    having sum(entered) >= greatest(coalesce(least_entered, 1), 1)
),

placed as (
    select
        *,
        row_number() over (
            partition by spif_key, period_key
            order by
                entered desc nulls last,
                reached_at asc nulls last,
                payee_employee_key asc nulls last
        ) as place,
        rank() over (
            partition by spif_key, period_key order by entered desc nulls last
        ) as tied_place
    from standings
),

prizes as (
    select
        *,
        cast(sum(prize_minor) over (
            partition by spif_key order by place asc nulls last
            rows between unbounded preceding and current row
        ) as bigint) - prize_minor as spent_minor
    from spif_prizes
),

won_prizes as (
    select
        placed.*,
        case placed.tie_rule when 'first' then placed.place else placed.tied_place end
            as prize_place,
        coalesce(
            greatest(least(prizes.prize_minor, placed.budget_minor - prizes.spent_minor), 0), 0
        ) as prize_minor,
        1 as weight
    from placed
    left join prizes
        on placed.spif_key = prizes.spif_key
        and placed.place = prizes.place
),

-- who ties shares the prizes of the places they hold together
tied_prizes as (
    select
        *,
        cast(sum(prize_minor) over (
            partition by spif_key, period_key, prize_place
        ) as bigint) as tied_prize_minor
    from won_prizes
),

shared_prizes as (
    {{ allocate_largest_remainder(
        'tied_prizes',
        {'award_minor': 'tied_prize_minor'},
        'weight',
        ['spif_key', 'period_key', 'prize_place'],
        ['place']
    ) }}
)

select
    spif_key,
    plan_component_key,
    period_key,
    payee_employee_key,
    opportunity_key,
    cast(null as bigint) as place,
    currency_code,
    entered,
    budget_minor,
    cast(greatest(least(part_minor, budget_minor - spent_minor), 0) as bigint) as award_minor
from deal_awards
union all
select
    spif_key,
    plan_component_key,
    period_key,
    payee_employee_key,
    cast(null as string) as opportunity_key,
    cast(prize_place as bigint) as place,
    currency_code,
    entered,
    budget_minor,
    award_minor
from shared_prizes
