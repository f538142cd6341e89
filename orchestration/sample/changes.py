"""Deals as they changed: stages, owners, decisions, and the changes nobody likes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock
from orchestration.sample.bend import Bent
from orchestration.sample.deals import LOST, WON, Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.people import HORIZON

DAY = 86_400
_NEGOTIATION = 3


@dataclass
class Versions:
    """One row per version of a deal, in order of deal and start; `deal` is a row of Deals."""

    deal: Ints
    start: Ints
    stage: Ints
    owner: Ints
    micro: Ints
    closes: Ints
    is_deleted: Flags

    def sorted(self) -> Versions:
        order = np.lexsort((self.start, self.deal))
        return Versions(*(column[order] for column in vars(self).values()))


def deleted_at(deals: Deals, first_day: int) -> Ints:
    """When an open deal is deleted as a mistake: about one in ninety of those of later nights."""
    unlucky = (deals.number % 89 == 7) & (deals.closes >= first_day)
    begin = np.maximum(deals.created + 1, first_day + deals.number % 13)
    return np.where(
        unlucky & (begin < deals.closes),
        clock.at_work(begin, 7_200 + deals.number % 1_000),
        HORIZON * DAY,
    )


def versions_of(deals: Deals, won: Flags, bent: Bent, first_day: int) -> Versions:
    """`bent` holds rows of the base history, which comes first in `deals`."""
    n = len(deals)
    rows = np.arange(n, dtype=np.int64)
    last = np.where(won, _NEGOTIATION, deals.last_stage)
    parts = []
    for stage in range(4):
        reached = rows[last >= stage]
        parts.append((reached, deals.stage_at[reached, stage], np.full(len(reached), stage)))
    parts.append((rows, deals.closed_at, np.where(won, WON, LOST)))
    handed = np.nonzero(deals.second_owner >= 0)[0]
    parts.append((handed, deals.handed_at[handed], np.full(len(handed), -1)))
    deal, start, stage = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((start, deal))
    deal, start, stage = deal[order], start[order], stage[order]
    # a change of owner leaves the stage as it was: each deal begins with a stage
    filled = np.maximum.accumulate(np.where(stage < 0, 0, np.arange(len(stage))))
    stage = stage[filled]
    gone = deleted_at(deals, first_day)
    kept = start < gone[deal]
    deal, start, stage = deal[kept], start[kept], stage[kept]
    versions = Versions(
        deal, start, stage, deals.owner_at(deal, start),
        np.where(stage >= 2, deals.micro[deal], deals.first_micro[deal]),
        deals.closes[deal], np.zeros(len(deal), dtype=bool),
    )  # fmt: skip
    erased = np.nonzero(gone < deals.closed_at)[0]
    more = [_copies(versions, erased, gone[erased], is_deleted=True)]
    more += _hard_cases(deals, versions, bent, first_day)
    columns = zip(*(vars(part).values() for part in [versions, *more]), strict=True)
    return Versions(*(np.concatenate(column) for column in columns)).sorted()


def _hard_cases(deals: Deals, versions: Versions, bent: Bent, first_day: int) -> list[Versions]:
    """What happens to bent deals after they were won. `first_day` is covered by night 1."""
    more = []

    def add(
        kind: str, at: int | Ints, stage: int = WON, deleted: bool = False, tenths: int = 10
    ) -> None:
        rows = np.asarray(bent.of(kind), dtype=np.int64)
        copy = _copies(versions, rows, np.broadcast_to(np.asarray(at), len(rows)), deleted)
        copy.stage[:] = stage
        if tenths != 10:
            # whole units of every currency
            copy.micro = copy.micro // 10_000_000 * tenths * 1_000_000
        if kind.startswith("reopened") and stage == WON:
            copy.closes = clock.local_day(copy.start)
        more.append(copy)

    def day(number: int) -> int:
        return (first_day + number) * DAY + 36_000

    again = np.asarray(bent.of("reopened_and_rewon"), dtype=np.int64)
    add("reopened_and_rewon", deals.closed_at[again] + 5 * DAY, _NEGOTIATION)
    add("reopened_and_rewon", deals.closed_at[again] + 13 * DAY)
    add("reopened_in_later_night", day(2), _NEGOTIATION)
    add("reopened_in_later_night", day(7))
    add("deleted_in_later_night", day(3), deleted=True)
    add("undeleted_in_later_night", day(1), deleted=True)
    add("undeleted_in_later_night", day(4))
    add("amount_corrected_in_later_night", day(2), tenths=9)
    return more


def _copies(versions: Versions, rows: Ints, start: Ints, is_deleted: bool) -> Versions:
    """The newest version of each of these deals before `start`, begun anew then."""
    key = versions.deal << 33 | versions.start
    at = np.searchsorted(key, rows << 33 | start) - 1
    copy = Versions(*(column[at] for column in vars(versions).values()))
    copy.start = np.array(start, dtype=np.int64)
    copy.is_deleted = np.full(len(rows), is_deleted)
    return copy
