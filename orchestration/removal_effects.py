"""What each function is worth to the paths of deals: how many fewer would be won without it.

An absorbing Markov chain over the states of a path, exact, with its loops. With the fundamental
matrix N, the states R of a function are first met with probabilities N[start, R] N[R, R]^-1; a
path that is cut off there loses the chance to be won from there. One inversion serves every
function; for one state it is N[start, c] / N[c, c] times the chance to be won from c.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

START, WON, LOST = "(start)", "(won)", "(lost)"
MILLION = 1_000_000


def function_of(state: str) -> str:
    """The function that a state ends in: the one at work."""
    return state.rpartition(">")[2]


def removal_effects(
    from_states: Sequence[str], to_states: Sequence[str], counts: Sequence[int]
) -> dict[str, float]:
    """By function, the part of all wins that is lost when paths end where they meet it: 0 to 1.

    Raises ValueError where no path is won: then there is nothing to lose.
    """
    names = sorted(set(from_states) | set(to_states) - {WON, LOST})
    at = {name: place for place, name in enumerate(names)}
    if START not in at or WON not in to_states:
        raise ValueError("no path is won")
    steps = np.zeros((len(names), len(names)))
    won = np.zeros(len(names))
    leaving = np.zeros(len(names))
    for source, target, count in zip(from_states, to_states, counts, strict=True):
        leaving[at[source]] += count
        if target in at:
            steps[at[source], at[target]] += count
        elif target == WON:
            won[at[source]] += count
    visits = np.linalg.inv(np.eye(len(names)) - steps / leaving[:, None])
    chance = visits @ (won / leaving)
    start = at[START]
    effects = {}
    for function in sorted({function_of(name) for name in names} - {START}):
        inside = [at[name] for name in names if function_of(name) == function]
        met = np.linalg.solve(visits[np.ix_(inside, inside)].T, visits[start, inside])
        effects[function] = float(met @ chance[inside] / chance[start])
    return effects
