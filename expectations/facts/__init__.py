"""What must hold before anybody is credited: people, deals and contribution.

Keys, types and references are dbt contracts and tests. Here stand the totals that pay rests on,
and what would make a published table misleading.
"""

from expectations.facts import collaboration, contribution, funnel, people
from expectations.gate import Gate

GATES: tuple[Gate, ...] = (
    *people.GATES,
    *funnel.GATES,
    *collaboration.GATES,
    *contribution.GATES,
)
