-- By deal: an award for each deal, split as its hard credit is; the parts of who may be paid are
-- given in the order of the wins until the budget is used up. Ranked: who has entered most is first;
-- who ties shares the prizes of the places they hold together, or who was there first goes before.
with deal_parts as (
    select
        *,
        sum(weight) over (partition by award_key, period_key, opportunity_key) as total_weight
    from bonus.fct_award_parts
    where award_type = 'deal' and entered > 0
),

deal_floors as (
    select
        *,
        cast(award_minor as hugeint) * weight // cast(total_weight as hugeint) as floor_minor,
        cast(award_minor as hugeint) * weight % cast(total_weight as hugeint) as remainder
    from deal_parts
),

deal_shares as (
    select
        *,
        floor_minor + case
            when row_number() over (
                partition by award_key, period_key, opportunity_key
                order by remainder desc, participant_key asc
            ) <= award_minor
                - sum(floor_minor) over (partition by award_key, period_key, opportunity_key)
            then 1 else 0
        end as part_minor
    from deal_floors
),

deal_awards as (
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        source_ref,
        greatest(least(part_minor, budget_minor - coalesce(sum(part_minor) over (
            partition by award_key, period_key
            order by incentive_date, won_at, opportunity_key, participant_key
            rows between unbounded preceding and 1 preceding
        ), 0)), 0) as award_minor
    from deal_shares
    where is_eligible
),

totals as (
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        source_ref,
        award_key,
        tie_rule,
        budget_minor,
        sum(entered) as entered,
        max(won_at) as reached_at
    from bonus.fct_award_parts
    where award_type = 'contest' and is_eligible
    group by all
    having sum(entered) >= greatest(max(coalesce(least_entered, 1)), 1)
),

standings as (
    select
        *,
        row_number() over (
            partition by award_key, period_key
            order by entered desc, reached_at asc, payee_employee_key asc
        ) as place,
        rank() over (partition by award_key, period_key order by entered desc) as tied_place
    from totals
),

prizes as (
    select
        spif_key,
        place,
        prize_minor,
        sum(prize_minor) over (partition by spif_key order by place) - prize_minor as spent_minor
    from bonus.dim_spif_prizes
),

placed as (
    select
        standings.*,
        case when tie_rule = 'first' then standings.place else tied_place end as shared_place,
        coalesce(greatest(least(prize_minor, budget_minor - spent_minor), 0), 0) as prize_minor
    from standings
    left join prizes
        on standings.award_key = prizes.spif_key
        and standings.place = prizes.place
),

contest_awards as (
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        source_ref,
        cast(sum(prize_minor) over same_place as hugeint) // count(*) over same_place
            + case
                when place - shared_place
                    < cast(sum(prize_minor) over same_place as hugeint) % count(*) over same_place
                then 1 else 0
            end as award_minor
    from placed
    window same_place as (partition by award_key, period_key, shared_place)
),

awards as (
    select * from deal_awards
    union all
    select * from contest_awards
)

select
    lines.payout_line_key,
    case
        when lines.rule_key is null then 0
        else cast(coalesce(awards.award_minor, 0) as bigint)
    end as entitled_minor
from bonus.fct_payout_lines as lines
left join awards
    on lines.payee_employee_key = awards.payee_employee_key
    and lines.plan_component_key = awards.plan_component_key
    and lines.period_key = awards.period_key
    and lines.source_ref = awards.source_ref
where lines.component_type in ('spif')
    and split_part(lines.source_ref, ':', 1)
        not in ('policy.opening_balances', 'policy.adjustments', 'policy.draws')
