"""What must hold before a payout is released: policy, entitlement, pools, lines, totals."""

from expectations.bonus import controls, payouts, plans
from expectations.gate import Gate

GATES: tuple[Gate, ...] = (*plans.GATES, *payouts.GATES, *controls.GATES)
