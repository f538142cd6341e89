-- What a growth project came to (its bonus times the payout rate, rounded once, half up), or what a
-- mentee is worth, is split by weight in whole minor units: everybody gets the floor, and the units
-- left over go one each to the largest remainders, then by key (C02).
with parts as (
    select
        *,
        case
            when payout_rate is null then cast(award_minor as hugeint)
            else (
                2 * cast(award_minor as hugeint)
                    * cast(round(payout_rate * 1000000, 0) as bigint) + 1000000
            ) // 2000000
        end as whole_minor,
        nullif(sum(weight) over (partition by plan_component_key, period_key, source_ref), 0)
            as total_weight
    from bonus.fct_award_parts
    where award_type in ('project', 'mentee')
),

floors as (
    select
        *,
        whole_minor * weight // cast(total_weight as hugeint) as floor_minor,
        whole_minor * weight % cast(total_weight as hugeint) as remainder
    from parts
),

shares as (
    select
        *,
        floor_minor + case
            when row_number() over (
                partition by plan_component_key, period_key, source_ref
                order by remainder desc, participant_key asc
            ) <= whole_minor - sum(floor_minor) over (
                partition by plan_component_key, period_key, source_ref
            )
            then 1 else 0
        end as share_minor
    from floors
)

select
    lines.payout_line_key,
    case
        when lines.rule_key is null or not coalesce(shares.is_eligible, false) then 0
        else cast(coalesce(shares.share_minor, 0) as bigint)
    end as entitled_minor
from bonus.fct_payout_lines as lines
left join shares
    on lines.payee_employee_key = shares.payee_employee_key
    and lines.plan_component_key = shares.plan_component_key
    and lines.period_key = shares.period_key
    and lines.source_ref = shares.source_ref
where lines.component_type in ('growth_project', 'mentor_bonus')
    and split_part(lines.source_ref, ':', 1)
        not in ('policy.opening_balances', 'policy.adjustments', 'policy.draws')
