-- A guarantee tops up what was earned. A draw pays what is still short of the larger of the two; what it
-- paid is owed, and is recovered from what is earned beyond it, never below nothing (M01). Of what is
-- then still owed, policy may forgive a part.
select
    lines.payout_line_key,
    coalesce(case split_part(lines.source_ref, ':', 4)
        when 'guarantee' then greatest(draws.guarantee_minor - draws.earned_minor, 0)
        when 'pay' then draws.owed_minor - draws.balance_before_minor
        when 'balance' then draws.balance_before_minor - draws.owed_minor
        when 'forgiveness' then least(draws.forgiveness_minor, draws.owed_minor)
    end, 0) as entitled_minor
from bonus.fct_payout_lines as lines
left join (
    select
        payee_employee_key,
        plan_component_key,
        period_key,
        guarantee_minor,
        forgiveness_minor,
        earned_minor,
        balance_before_minor,
        greatest(
            0,
            balance_before_minor
            + greatest(recoverable_minor, guarantee_minor)
            - greatest(earned_minor, guarantee_minor)
        ) as owed_minor
    from bonus.fct_draws
) as draws
    on lines.payee_employee_key = draws.payee_employee_key
    and lines.plan_component_key = draws.plan_component_key
    and lines.period_key = draws.period_key
where split_part(lines.source_ref, ':', 1) = 'policy.draws'
