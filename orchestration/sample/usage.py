"""How customers use the product, as arithmetic: who uses what on a day follows from the day.

Usage runs in blocks of 13 weeks. In a block some customers are active, and the block's events go
round them in turn, each alternating between two features. So the first use of a feature, which
counts as a touch, is known without making a single event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample.draws import Ints, chance, stream
from orchestration.sample.people import HISTORY_START, HORIZON
from orchestration.sample.sizes import Size

BLOCK_DAYS = 91
FAVOURITES = 2


@dataclass
class Usage:
    """Events a day, and per block of 13 weeks the active accounts in their turn."""

    events: Ints  # [day since HISTORY_START]
    turns: list[Ints]  # [block] -> account numbers
    features: int

    def block_start(self, block: int) -> int:
        return HISTORY_START + block * BLOCK_DAYS

    def before(self, block: int) -> Ints:
        """Events of the block before each of its days, and after its last."""
        days = self.events[block * BLOCK_DAYS : (block + 1) * BLOCK_DAYS]
        return np.concatenate([[0], np.cumsum(days)]).astype(np.int64)

    def feature(self, account: Ints, block: Ints | int, favourite: Ints | int) -> Ints:
        """A feature is rarely used by everybody: the first ones are the popular ones."""
        mixed = (account * 7_919 + block * 104_729 + favourite * 1_299_709) % 1_000_003
        return np.minimum(mixed % self.features, mixed // 31 % self.features)


def plan_usage(size: Size, seed: int, first_day: int) -> Usage:
    """Events grow and rest at weekends; those before `first_day` sum to the size's events."""
    number = np.arange(HORIZON - HISTORY_START, dtype=np.int64)
    weekday = (HISTORY_START + number + 3) % 7
    weight = (1000 + number) * np.where(weekday >= 5, 20, 100)
    base = first_day - HISTORY_START
    events = weight * size.usage_events // int(weight[:base].sum())
    events[base - 1] += size.usage_events - int(events[:base].sum())
    turns = []
    for block in range(len(events) // BLOCK_DAYS + 1):
        rng = stream(seed, "usage", size.name, block)
        active = np.nonzero(chance(rng, size.customers, 330))[0].astype(np.int64)
        turns.append(rng.permutation(active) if len(active) else np.zeros(1, dtype=np.int64))
    return Usage(events, turns, size.features)


@dataclass
class Adoptions:
    """First uses, one row per account and feature, in order of account and day."""

    account: Ints
    feature: Ints
    day: Ints

    def none(self) -> Adoptions:
        return Adoptions(self.account[:0], self.feature[:0], self.day[:0])


def first_uses(usage: Usage) -> Adoptions:
    """The first day on which each account used each feature it ever uses, up to HORIZON."""
    accounts, features, days = [], [], []
    for block, turn in enumerate(usage.turns):
        before = usage.before(block)
        for favourite in range(FAVOURITES):
            # an account's n-th event of a block is of favourite n % FAVOURITES
            event = np.arange(len(turn), dtype=np.int64) + favourite * len(turn)
            happens = event < before[-1]
            accounts.append(turn[happens])
            features.append(usage.feature(turn[happens], block, favourite))
            day = np.searchsorted(before, event[happens], side="right") - 1
            days.append(usage.block_start(block) + day)
    account, feature, day = (np.concatenate(c) for c in (accounts, features, days))
    order = np.lexsort((day, feature, account))
    account, feature, day = account[order], feature[order], day[order]
    first = np.ones(len(account), dtype=bool)
    first[1:] = (account[1:] != account[:-1]) | (feature[1:] != feature[:-1])
    account, feature, day = account[first], feature[first], day[first]
    order = np.lexsort((feature, day, account))
    return Adoptions(account[order], feature[order], day[order])
