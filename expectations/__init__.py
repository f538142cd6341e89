"""What must hold: every gate of every layer, and how to ask for one layer's.

Importing this loads no Great Expectations and reads no file: gates are plain data (gate.py),
written with the words of rules.py, judged by judge.py, from another process through process.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations import bonus, credit, facts, landing
from expectations.gate import Gate

__all__ = ["GATES", "Gate", "gates_for", "of_layer"]

GATES: tuple[Gate, ...] = (*landing.GATES, *facts.GATES, *credit.GATES, *bonus.GATES)

if len({gate.name for gate in GATES}) < len(GATES):
    raise ValueError("two gates have one name: one of them would answer for both")


def gates_for(layer: str) -> list[Gate]:
    """The registered gates of a layer: "landing" (all its domains), "landing.crm", "facts",
    "credit" or "bonus". Raises ValueError where there is none: nothing passes unjudged."""
    return of_layer(layer, GATES)


def of_layer(layer: str, gates: Iterable[Gate]) -> list[Gate]:
    found = [gate for gate in gates if gate.layer == layer or gate.layer.startswith(f"{layer}.")]
    if not found:
        raise ValueError(f"there is no gate in layer {layer}")
    return found
