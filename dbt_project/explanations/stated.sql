-- What a person stated is its own input: a dated row of policy with reason and approver.
select
    payout_line_key,
    entitled_minor
from bonus.fct_payout_lines
where source_ref like 'policy.opening_balances:%'
