"""Which functions were present on each deal, as its records tell, and whether it was won.

A function is present if a record that the shipped policy counts leads to the deal: named on it,
or on its account within the policy's lookback.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import causes
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.sizes import FUNCTION_CODE, FUNCTIONS
from orchestration.sample.touches import (
    ACTIVITIES,
    EFFORT,
    FEATURE_REQUEST,
    NOT_COUNTED,
    TICKET,
    Owners,
    Touches,
    is_mistaken,
)
from orchestration.sample.usage import Adoptions

DAY = 86_400
ACCOUNT_WIDE = (*ACTIVITIES, FEATURE_REQUEST, TICKET)
# days that the shipped policy looks back
_ACTIVITY_DAYS, _TICKET_DAYS, _ADOPTION_DAYS = 365, 180, 90
_ADOPTION_EFFORT = 2


@dataclass
class Wide:
    """Records of an account that count for any of its deals decided within `days` after."""

    account: Ints
    at: Ints
    days: Ints
    function: Ints
    person: Ints
    effort: Ints

    def on_deals(self, deals: Deals, rows: Ints) -> tuple[Ints, Ints]:
        """(row of Deals, row of these records) for each record that counts for one of `rows`."""
        found_deals, found = [rows[:0]], [rows[:0]]
        account, closed_at = deals.account[rows], deals.closed_at[rows]
        for days in np.unique(self.days):
            chosen = np.nonzero(self.days == days)[0]
            key = self.account[chosen] << 33 | self.at[chosen]
            chosen, key = chosen[np.argsort(key, kind="stable")], np.sort(key)
            since = np.maximum(closed_at - int(days) * DAY, 0)
            low = np.searchsorted(key, account << 33 | since)
            count = np.searchsorted(key, account << 33 | closed_at) - low
            place = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
            found_deals.append(np.repeat(rows, count))
            found.append(chosen[np.repeat(low, count) + place])
        return np.concatenate(found_deals), np.concatenate(found)


def account_wide(
    deals: Deals,
    touches: Touches,
    tickets: tuple[Ints, Ints, Ints],
    adoptions: Adoptions,
    owners: Owners,
) -> Wide:
    """`tickets`: account, time of solution and solver of the tickets that belong to no deal."""
    kinds = tuple(kind for kind in ACCOUNT_WIDE if kind != NOT_COUNTED)
    rows = np.nonzero(np.isin(touches.kind, kinds))[0]
    n_tickets, n_adoptions = len(tickets[0]), len(adoptions.account)
    lookback = np.where(touches.kind[rows] == TICKET, _TICKET_DAYS, _ACTIVITY_DAYS)
    return Wide(
        account=np.concatenate([deals.account[touches.deal[rows]], tickets[0], adoptions.account]),
        at=np.concatenate([touches.at[rows], tickets[1], adoptions.day * DAY]),
        days=np.concatenate(
            [lookback, np.full(n_tickets, _TICKET_DAYS), np.full(n_adoptions, _ADOPTION_DAYS)]
        ),
        function=np.concatenate(
            [
                touches.function[rows],
                np.full(n_tickets, FUNCTION_CODE["support"]),
                np.full(n_adoptions, FUNCTION_CODE["product"]),
            ]
        ),
        person=np.concatenate(
            [touches.person[rows], tickets[2], owners.feature_owner[adoptions.feature]]
        ),
        effort=np.concatenate(
            [
                EFFORT[touches.kind[rows]],
                np.full(n_tickets, EFFORT[TICKET]),
                np.full(n_adoptions, _ADOPTION_EFFORT),
            ]
        ),
    )


@dataclass
class Outcome:
    present: Flags  # [deal, function]
    mask: Ints
    probability: Ints  # parts per million
    won: Flags


def decide(deals: Deals, touches: Touches, wide: Wide, structure: str) -> Outcome:
    present = np.zeros((len(deals), len(FUNCTIONS)), dtype=bool)
    own = ~np.isin(touches.kind, ACCOUNT_WIDE) & ~is_mistaken(touches)
    present[touches.deal[own], touches.function[own]] = True
    present[:, FUNCTION_CODE["sales"]] = True
    deal, record = wide.on_deals(deals, np.arange(len(deals), dtype=np.int64))
    present[deal, wide.function[record]] = True
    mask = causes.masks(present)
    probability = causes.win_probability(mask, deals.mood, structure)
    return Outcome(present, mask, probability, deals.luck * causes.MILLION < probability)
