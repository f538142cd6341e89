-- What a part of the pool holds, split by weight in whole minor units: everybody gets the floor, and
-- the units left over go one each to the largest remainders, then by key (C02). Where caps redistribute,
-- who is capped first by weight gets the cap, and the others split what is left alike.
with parts as (
    select
        *,
        plan_component_key || '/' || period_key || '/' || pool_part as part_key,
        cast(funded_minor as hugeint) as funded,
        cast(weight_minor as hugeint) as weight,
        cast(cap_minor as hugeint) as cap,
        cap_policy is not distinct from 'redistribute' as is_filled,
        case
            when weight_minor > 0
            then cast(cap_minor as hugeint) * 1000000000000 // weight_minor
        end as cap_by_weight
    from bonus.fct_pool_shares
),

reached as (
    select
        *,
        coalesce(
            is_filled and weight > 0
            and (funded - coalesce(sum(cap) over earlier, 0)) * weight
                >= cap * sum(weight) over from_here,
            false
        ) as is_reached
    from parts
    window
        earlier as (
            partition by part_key order by cap_by_weight asc nulls last, participant_key asc
            rows between unbounded preceding and 1 preceding
        ),
        from_here as (
            partition by part_key order by cap_by_weight asc nulls last, participant_key asc
            rows between current row and unbounded following
        )
),

capped as (
    select
        *,
        bool_and(is_reached) over (
            partition by part_key order by cap_by_weight asc nulls last, participant_key asc
            rows between unbounded preceding and current row
        ) as is_capped
    from reached
),

rest as (
    select
        *,
        funded - coalesce(sum(cap) filter (where is_capped) over (partition by part_key), 0)
            as rest_minor,
        case when is_capped then 0 else weight end as open_weight,
        nullif(
            sum(case when is_capped then 0 else weight end) over (partition by part_key), 0
        ) as total_weight
    from capped
),

floors as (
    select
        *,
        rest_minor * open_weight // cast(total_weight as hugeint) as floor_minor,
        rest_minor * open_weight % cast(total_weight as hugeint) as remainder
    from rest
),

shares as (
    select
        *,
        coalesce(floor_minor + case
            when row_number() over (
                partition by part_key order by remainder desc, participant_key asc
            ) <= rest_minor - sum(floor_minor) over (partition by part_key)
            then 1 else 0
        end, 0) as split_minor
    from floors
),

entitled as (
    select
        *,
        case
            when not is_eligible then 0
            when is_capped then cap
            when is_filled then split_minor
            else least(split_minor, coalesce(cap, split_minor))
        end as due_minor
    from shares
)

select
    lines.payout_line_key,
    cast(coalesce(entitled.due_minor, 0) as bigint) as entitled_minor
from bonus.fct_payout_lines as lines
left join entitled
    on lines.payee_employee_key = entitled.participant_key
    and lines.plan_component_key = entitled.plan_component_key
    and lines.source_ref = 'bonus.fct_pools:' || entitled.pool_key || ':' || entitled.period_key
        || case when entitled.pool_part = '' then '' else ':' || entitled.pool_part end
where lines.component_type in ('contribution_bonus', 'profit_share')
    and split_part(lines.source_ref, ':', 1)
        not in ('policy.opening_balances', 'policy.adjustments', 'policy.draws')
