-- Annual base pay x days assigned x target rate x payout rate of the goals / days of the period,
-- rounded once, half up. Nothing while a pay gate is closed, and for what was withdrawn.
select
    lines.payout_line_key,
    case
        when lines.rule_key is null
            or not eligibility.is_eligible
            or closed_gates.period_key is not null
        then 0
        else coalesce(cast(
            (
                2 * cast(eligibility.salary_days_minor as hugeint)
                    * cast(round(plan_components.target_rate * 1000000, 0) as bigint)
                    * cast(round(coalesce(lines.payout_rate, 1) * 1000000, 0) as bigint)
                + eligibility.period_days * cast(1000000000000 as hugeint)
            ) // (2 * eligibility.period_days * cast(1000000000000 as hugeint)) as bigint
        ), 0)
    end as entitled_minor
from bonus.fct_payout_lines as lines
inner join bonus.fct_bonus_eligibility as eligibility
    on lines.payee_employee_key = eligibility.employee_key
    and lines.plan_component_key = eligibility.plan_component_key
    and lines.period_key = eligibility.period_key
inner join people.dim_plan_components as plan_components
    on eligibility.plan_component_key = plan_components.plan_component_key
    and eligibility.plan_version = plan_components.plan_version
left join (
    select distinct plan_component_key, period_key
    from bonus.fct_gate_results
    where not is_open
) as closed_gates
    on lines.plan_component_key = closed_gates.plan_component_key
    and lines.period_key = closed_gates.period_key
where lines.component_type in ('success_bonus', 'team_target', 'kpi_bonus')
    and split_part(lines.source_ref, ':', 1)
        not in ('policy.opening_balances', 'policy.adjustments', 'policy.draws')
