"""The additive win rate of every coalition: a logistic model with one effect a function.

Fitted by a few Newton steps over counts of coalitions, never over deals. Each effect is drawn to
the average effect, because a company of a thousand deals cannot tell ten functions apart well, and
because a function that is on every deal cannot be told from the base rate at all: it gets the
average. The base rate itself is free.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

MILLION = 1_000_000
# Newton's steps double their digits; from zero, counts of real companies settle within ten
MOST_STEPS = 60
SETTLED = 1e-9
# Holds the average effect and the base rate where the data says nothing of them, a millionth of a
# deal's weight: it moves no digit that is kept.
_SLIGHTLY = 1e-6


def fit(members: Whole, opportunity_count: Whole, won_count: Whole, pull: float) -> Numbers:
    """Base and effects, in logits: [1 + functions].

    `members` [coalition, function] holds 0 and 1; `pull` is how strongly an effect is drawn to the
    average effect, in units of a logit to the power of -2 (0 not at all). Raises ValueError where
    counts do not fit together or the steps do not settle.
    """
    if np.any(won_count < 0) or np.any(won_count > opportunity_count):
        raise ValueError("a coalition cannot win more deals than it has")
    coalitions, functions = members.shape
    known = np.hstack([np.ones((coalitions, 1)), members.astype(float)])
    penalty = np.full((functions + 1, functions + 1), 0.0)
    average = np.full((functions, functions), 1 / max(functions, 1))
    penalty[1:, 1:] = pull * (np.eye(functions) - average)
    penalty += _SLIGHTLY * np.eye(functions + 1)
    effects = np.zeros(functions + 1)
    for _ in range(MOST_STEPS):
        rate = 1 / (1 + np.exp(-np.clip(known @ effects, -30, 30)))
        slope = known.T @ (won_count - opportunity_count * rate) - penalty @ effects
        weight = opportunity_count * rate * (1 - rate)
        step = np.linalg.solve((known.T * weight) @ known + penalty, slope)
        # a step of many logits overshoots where a coalition won everything
        effects = effects + np.clip(step, -2, 2)
        if np.abs(step).max() < SETTLED:
            return effects
    raise ValueError(f"the win rates did not settle within {MOST_STEPS} steps")


def rates_in_millionths(effects: Numbers, members: Whole) -> Whole:
    """The win rate of each coalition, rounded to whole millionths; never quite 0 or 1."""
    rate = 1 / (1 + np.exp(-np.clip(effects[0] + members @ effects[1:], -30, 30)))
    return np.clip(np.rint(rate * MILLION), 1, MILLION - 1).astype(np.int64)
