-- What a person stated is its own input: a dated row of policy with reason and approver.
select
    payout_line_key,
    entitled_minor
from bonus.fct_payout_lines
where split_part(source_ref, ':', 1) in ('policy.opening_balances', 'policy.adjustments')
