"""What must hold before anything is paid for: who is credited, and by which values."""

from expectations.credit import contribution
from expectations.gate import Gate

GATES: tuple[Gate, ...] = contribution.GATES
