"""The value function of team_winrate alone against the planted truth, also where nights take long.

Companies are drawn and decided in memory and never written: who worked on a deal is what was
planted, so nothing is lost between records and touches. Fit, shrinking and policy are those of a
night; the Shapley value is numpy's. bench/attribution.py runs the whole night for the same figure.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterator
from datetime import date
from functools import cache

import numpy as np

from orchestration import additive_rates, contract
from orchestration.sample import clock, cohorts, hiring, people, sizes, touches, truth, usage
from orchestration.sample.accounts import EUR_MICRO
from orchestration.sample.causes import STRUCTURES

FIRST_RUN_DATE = date(2026, 1, 5)
QUARTERS = [date(2023 + n // 4, 3 * (n % 4) + 1, 1) for n in range(13)]
LATTICE = np.arange(1 << len(sizes.FUNCTIONS))[:, None] >> np.arange(len(sizes.FUNCTIONS)) & 1


def report(size: str, seeds: tuple[int, ...]) -> None:
    print(f"\nsize {size}: the value function alone, mean (least - most) of {len(seeds)} seeds")
    print(f"  {'':<14}{'team_winrate':>26}{'equal split':>26}")
    for structure in STRUCTURES:
        found = np.asarray([_score(size, seed, structure) for seed in seeds])
        cells = [f"{c.mean():6.3f} ({c.min():.3f} - {c.max():.3f})".rjust(26) for c in found.T]
        print(f"  {structure:<14}" + "".join(cells), flush=True)


def _score(size: str, seed: int, structure: str) -> tuple[float, float]:
    """The money on the wrong function: by the values of each deal's quarter, and by equal parts."""
    cohort = _cohort(size, seed, structure)
    deals, outcome = cohort.deals, cohort.outcome
    share = truth.function_shares(outcome, deals.mood, structure) / truth.SHARE_UNITS
    policy = _policy()
    wrong, equal, money = 0.0, 0.0, 0.0
    for first, last in itertools.pairwise(QUARTERS):
        known = deals.closes < clock.day(first)
        if known.sum() < policy["least_opportunity_count"]:
            continue
        values = _values(outcome.mask[known], outcome.won[known], policy)
        rows = ~known & (deals.closes < clock.day(last)) & outcome.won
        for mask in np.unique(outcome.mask[rows]):
            at = np.nonzero(rows & (outcome.mask == mask))[0]
            amount = deals.micro[at] * (EUR_MICRO[deals.currency[at]] / 1e12)
            members, credited = _shares(int(mask), values)
            true = share[at][:, members]
            wrong += float((np.abs(true - credited).sum(axis=1) / 2 * amount).sum())
            equal += float((np.abs(true - 1 / len(members)).sum(axis=1) / 2 * amount).sum())
            money += float(amount.sum())
    return wrong / money, equal / money


def _cohort(size: str, seed: int, structure: str) -> cohorts.Cohort:
    plan, first_day = sizes.SIZES[size], clock.day(FIRST_RUN_DATE)
    staff = hiring.hire_company(plan, seed)
    who = people.roster(staff)
    world = cohorts.World(
        plan, seed, first_day, structure, staff, who, touches.find_owners(plan, seed, who),
        usage.first_uses(usage.plan_usage(plan, seed, first_day)),
    )  # fmt: skip
    return cohorts.draw_cohort(world, 0)


@cache
def _policy() -> dict[str, float]:
    path = contract.DBT_PROJECT / "policy" / "attribution_settings.csv"
    with path.open(encoding="utf-8") as stream:
        [row] = [r for r in csv.DictReader(stream) if r["attribution_model"] == "team_winrate"]
    return {
        name: float(row[name])
        for name in ("least_opportunity_count", "prior_weight", "effect_prior_weight")
    }


def _values(mask: np.ndarray, won: np.ndarray, policy: dict[str, float]) -> np.ndarray:
    """The win rate of every coalition, as a night freezes it."""
    count = np.bincount(mask, minlength=len(LATTICE))
    wins = np.bincount(mask[won], minlength=len(LATTICE))
    seen = (LATTICE[count > 0], count[count > 0], wins[count > 0])
    effects = additive_rates.fit(*seen, policy["effect_prior_weight"])
    bend = additive_rates.fit_bend(effects, *seen)
    rate = additive_rates.rates_in_millionths(effects, bend, LATTICE) / additive_rates.MILLION
    return (wins + policy["prior_weight"] * rate) / (count + policy["prior_weight"])


def _shares(mask: int, values: np.ndarray) -> tuple[list[int], np.ndarray]:
    """Each member's part of what is above zero; equal parts where nothing is."""
    members, subsets, weight = _orders(mask)
    value = np.maximum(weight @ values[subsets], 0)
    whole = value.sum()
    return members, value / whole if whole > 0 else np.full(len(members), 1 / len(members))


@cache
def _orders(mask: int) -> tuple[list[int], np.ndarray, np.ndarray]:
    members = list(_bits(mask))
    places = np.arange(1 << len(members))
    inside = places[:, None] >> np.arange(len(members)) & 1
    subsets = (inside << np.asarray(members)).sum(axis=1)
    size, n = inside.sum(axis=1), len(members)
    last = np.asarray([math.factorial(max(s - 1, 0)) * math.factorial(n - s) for s in size])
    before = np.asarray([math.factorial(s) * math.factorial(max(n - s - 1, 0)) for s in size])
    weight = np.where(inside.T == 1, last, -before) / math.factorial(n)
    return members, subsets, weight


def _bits(mask: int) -> Iterator[int]:
    return (number for number in range(len(sizes.FUNCTIONS)) if mask >> number & 1)
