-- An award stands by itself: base_minor is the amount of policy's row (rule_key, source_ref) that it
-- is, or is a declared part of. A recognition is paid that amount; the parts of a project, of a mentee
-- and of a contest are decided among all who share it, and the line states what this payee's came to.
select
    payout_line_key,
    case
        when rule_key is null then 0
        when component_type = 'recognition_award' then base_minor
        else entitled_minor
    end as entitled_minor
from bonus.fct_payout_lines
where component_type in ('recognition_award', 'growth_project', 'mentor_bonus', 'spif')
    and split_part(source_ref, ':', 1)
        not in ('policy.opening_balances', 'policy.adjustments', 'policy.draws')
