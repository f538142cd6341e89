"""What truly makes a deal won: the planted win probability of a set of functions.

Three causal structures, all in integers (parts per million), so that truth is exact:
logistic (effects add on the logit, with a few interactions), noisy_or (each function alone may
win it) and threshold (nothing until enough weight is together).
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np

from orchestration.sample.draws import Ints
from orchestration.sample.sizes import FUNCTION_CODE, FUNCTIONS

STRUCTURES = ("logistic", "noisy_or", "threshold")
MILLION = 1_000_000

# Hundredths of a logit each function adds, and what two together add on top.
EFFECT = {
    "sales": 55,
    "sales_development": 30,
    "marketing": 35,
    "product": 40,
    "engineering": 45,
    "solutions": 80,
    "support": 30,
    "success": 50,
    "analytics": 25,
    "finance": 20,
    "legal": 30,
}
TOGETHER = {
    ("sales_development", "marketing"): 25,
    ("engineering", "solutions"): 35,
    ("support", "success"): 25,
    ("finance", "legal"): 15,
    ("product", "solutions"): 20,
}
_BASE = -290


def _logistic_table() -> Ints:
    """1 / (1 + exp(-x)) in parts per million for x = -10.00 .. 10.00, in decimal arithmetic."""
    with localcontext() as context:
        context.prec = 40
        return np.asarray(
            [
                int(
                    (MILLION / (1 + (Decimal(-x) / 100).exp())).quantize(
                        Decimal(1), rounding=ROUND_HALF_UP
                    )
                )
                for x in range(-1000, 1001)
            ],
            dtype=np.int64,
        )


_LOGISTIC = _logistic_table()
_BITS = 1 << np.arange(len(FUNCTIONS), dtype=np.int64)


def masks(present) -> Ints:
    """One integer per deal: bit f is set where function f is present."""
    return (present.astype(np.int64) * _BITS).sum(axis=1)


def _strength(mask: Ints) -> Ints:
    total = np.zeros_like(mask)
    for function, effect in EFFECT.items():
        total += effect * (mask >> FUNCTION_CODE[function] & 1)
    for (one, other), effect in TOGETHER.items():
        total += effect * (mask >> FUNCTION_CODE[one] & mask >> FUNCTION_CODE[other] & 1)
    return total


def win_probability(mask: Ints, mood: Ints, structure: str) -> Ints:
    """Parts per million for each mask of functions and mood (hundredths of a logit)."""
    strength = _strength(mask)
    if structure == "logistic":
        return _LOGISTIC[np.clip(_BASE + mood + strength + 1000, 0, 2000)]
    if structure == "noisy_or":
        fails = np.full(mask.shape, MILLION, dtype=np.int64)
        for function, effect in EFFECT.items():
            chance = effect * (1500 + 5 * mood)
            fails = np.where(
                mask >> FUNCTION_CODE[function] & 1, fails * (MILLION - chance) // MILLION, fails
            )
        return MILLION - fails * 99 // 100
    if structure == "threshold":
        steps = np.asarray([10_000, 70_000, 310_000, 600_000], dtype=np.int64)
        reached = np.searchsorted(np.asarray([130, 210, 300]), strength + mood, side="right")
        # a slight slope: without it nobody would have moved a deal that passes no threshold
        return steps[reached] + strength * 60
    raise ValueError(f"unknown causal structure {structure!r}: one of {', '.join(STRUCTURES)}")


def shapley(mask: Ints, mood: Ints, structure: str) -> tuple[Ints, Ints]:
    """The exact Shapley value of the win probability over the functions in each mask.

    The game's value of a set is its win probability less that of nobody at all. Returns
    numerators [row, function] and their common denominators: each row's numerators sum to it.
    """
    value = np.zeros((len(mask), len(FUNCTIONS)), dtype=np.int64)
    whole = np.zeros(len(mask), dtype=np.int64)
    for members in range(1, len(FUNCTIONS) + 1):
        rows = np.nonzero(_members(mask) == members)[0]
        for chunk in np.array_split(rows, max(1, (len(rows) << members) // 4_000_000)):
            if len(chunk):
                value[chunk] = _shapley_of(mask[chunk], mood[chunk], members, structure)
                whole[chunk] = value[chunk].sum(axis=1)
    return value, whole


def _members(mask: Ints) -> Ints:
    return sum((mask >> f & 1 for f in range(len(FUNCTIONS))), start=np.zeros_like(mask))


def _shapley_of(mask: Ints, mood: Ints, members: int, structure: str) -> Ints:
    """All masks here have `members` bits; weights are whole: s! (n - 1 - s)!."""
    present = np.nonzero((mask[:, None] >> np.arange(len(FUNCTIONS)) & 1).astype(bool))[1].reshape(
        -1, members
    )
    subsets = np.arange(1 << members, dtype=np.int64)
    expanded = np.zeros((len(mask), len(subsets)), dtype=np.int64)
    for slot in range(members):
        expanded |= (subsets >> slot & 1)[None, :] << present[:, slot][:, None]
    won = win_probability(expanded, np.broadcast_to(mood[:, None], expanded.shape), structure)
    sizes = _members(subsets)
    value = np.zeros((len(mask), len(FUNCTIONS)), dtype=np.int64)
    for slot in range(members):
        without = subsets[(subsets >> slot & 1) == 0]
        weight = np.asarray(
            [math.factorial(s) * math.factorial(members - 1 - s) for s in sizes[without]],
            dtype=np.int64,
        )
        gain = (won[:, without | 1 << slot] - won[:, without]) * weight[None, :]
        value[np.arange(len(mask)), present[:, slot]] = gain.sum(axis=1)
    return value
