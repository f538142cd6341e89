-- A recognition is paid what policy's row says: base_minor. One that was withdrawn has no rule.
select
    payout_line_key,
    case when rule_key is null then 0 else base_minor end as entitled_minor
from bonus.fct_payout_lines
where component_type in ('recognition_award')
    and split_part(source_ref, ':', 1)
        not in ('policy.opening_balances', 'policy.adjustments', 'policy.draws')
