"""The additive win rate of every coalition: one effect a function, and one bend for all.

Fitted by a few Newton steps over counts of coalitions, never over deals. Effects add up on the
logit. Each is drawn to the average effect, because a company of a thousand deals cannot tell ten
functions apart well, and because a function that is on every deal cannot be told from the base
rate at all: it gets the average. The base rate itself is free.

Where functions can win alone, or win only together, the sum of effects still orders the coalitions,
but their win rates rise more slowly or faster than the logit says: that is the bend.
"""

from __future__ import annotations

from dataclasses import dataclass

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
# How strongly the bend is drawn to none, in units of a logit to the power of -2. Between 10 and 200
# errors against the truth of made companies differ by less than 0.001; below, a few hundred deals
# bend at random.
BEND_PULL = 50.0
# the slope's own pull to one only keeps it finite where wins and losses do not overlap
SLOPE_PULL = 1.0


@dataclass(frozen=True)
class Bend:
    """logit(rate) = level + slope z + bend z^2, where z = (additive score - middle) / spread."""

    middle: float
    spread: float
    level: float
    slope: float
    bend: float


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
        slope, curvature = _slopes(known, effects, opportunity_count, won_count)
        step = np.linalg.solve(curvature + penalty, slope - penalty @ effects)
        # a step of many logits overshoots where a coalition won everything
        effects = effects + np.clip(step, -2, 2)
        if np.abs(step).max() < SETTLED:
            return effects
    raise ValueError(f"the win rates did not settle within {MOST_STEPS} steps")


def fit_bend(effects: Numbers, members: Whole, opportunity_count: Whole, won_count: Whole) -> Bend:
    """How win rates rise with the additive score, on the deals the effects were fitted on.

    Middle and spread are the mean and standard deviation of the score over those deals. Raises
    ValueError where the steps do not settle.
    """
    score = effects[0] + members @ effects[1:]
    deals = max(int(opportunity_count.sum()), 1)
    middle = float((opportunity_count * score).sum() / deals)
    spread = float(np.sqrt((opportunity_count * (score - middle) ** 2).sum() / deals))
    if spread < SETTLED:
        return Bend(middle, spread=1.0, level=middle, slope=1.0, bend=0.0)
    z = (score - middle) / spread
    known = np.stack([np.ones_like(z), z, z**2], axis=1)
    straight = np.asarray([middle, spread, 0.0])
    penalty = np.diag([_SLIGHTLY, SLOPE_PULL, BEND_PULL])
    found = straight
    for _ in range(MOST_STEPS):
        slope, curvature = _slopes(known, found, opportunity_count, won_count)
        step = np.linalg.solve(curvature + penalty, slope - penalty @ (found - straight))
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < SETTLED:
            return Bend(middle, spread, *map(float, found))
    raise ValueError(f"the bend did not settle within {MOST_STEPS} steps")


def rates_in_millionths(effects: Numbers, bend: Bend, members: Whole) -> Whole:
    """The win rate of each coalition, rounded to whole millionths; never quite 0 or 1."""
    z = (effects[0] + members @ effects[1:] - bend.middle) / bend.spread
    # more effect never wins less: beyond its turning point the curve goes on level
    if bend.bend > 0:
        z = np.maximum(z, -bend.slope / (2 * bend.bend))
    elif bend.bend < 0:
        z = np.minimum(z, -bend.slope / (2 * bend.bend))
    logit = bend.level + bend.slope * z + bend.bend * z**2
    rate = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return np.clip(np.rint(rate * MILLION), 1, MILLION - 1).astype(np.int64)


def _slopes(
    known: Numbers, found: Numbers, opportunity_count: Whole, won_count: Whole
) -> tuple[Numbers, Numbers]:
    """First and negative second derivatives of the log likelihood of a logistic model.

    By einsum and not by matrix products: those are handed to as many threads as the machine has,
    which wait for each other at several times the cost, and add up in another order elsewhere.
    """
    rate = 1 / (1 + np.exp(-np.clip(np.einsum("cf,f->c", known, found), -30, 30)))
    slope = np.einsum("cf,c->f", known, won_count - opportunity_count * rate)
    weight = opportunity_count * rate * (1 - rate)
    return slope, np.einsum("cf,cg->fg", known * weight[:, None], known)
