"""Hard cases that are made, not found: a few deals of the base history bent before they run.

A bent deal is won for certain, so it says nothing about the planted probability: truth marks it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np

from orchestration.sample import clock
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.sizes import FUNCTION_CODE
from orchestration.sample.touches import Touches

HALF_HOUR = 1_800


@dataclass
class Bent:
    """Rows of Deals by what was done to them."""

    rows: dict[str, list[int]] = field(default_factory=dict)

    def of(self, kind: str) -> list[int]:
        return self.rows.get(kind, [])

    @property
    def all(self) -> Ints:
        return np.asarray(sorted(row for rows in self.rows.values() for row in rows), np.int64)


# A deal decided in the days before is moved to this local time. (day, seconds after midnight)
_MOMENTS = {
    # 22:30 on 30 September in UTC, but the first day after go-live in Berlin
    "won_after_local_midnight_of_go_live": (date(2025, 10, 1), HALF_HOUR),
    "won_month_end_differs_in_utc": (date(2025, 11, 1), HALF_HOUR),
    "won_at_2330_local": (date(2025, 11, 28), 86_400 - HALF_HOUR),
    "won_at_2330_local_year_end": (date(2025, 12, 31), 86_400 - HALF_HOUR),
}
# A deal decided between these days is won, and what follows is done to it by changes.py.
_SPANS = {
    "reopened_and_rewon": (date(2025, 9, 1), date(2025, 11, 20)),
    "reopened_in_later_night": (date(2025, 12, 8), date(2025, 12, 24)),
    "deleted_in_later_night": (date(2025, 10, 2), date(2025, 12, 20)),
    "undeleted_in_later_night": (date(2025, 10, 2), date(2025, 12, 20)),
    "amount_corrected_in_later_night": (date(2025, 10, 2), date(2025, 12, 20)),
    "late_touch_for_closed_period": (date(2025, 10, 2), date(2025, 12, 20)),
    "late_marketing_touch": (date(2025, 10, 2), date(2025, 12, 20)),
    "refunded": (date(2025, 10, 2), date(2025, 12, 10)),
    "refunded_in_part": (date(2025, 10, 2), date(2025, 12, 10)),
    "refunded_in_later_night": (date(2025, 10, 2), date(2025, 12, 10)),
    "only_sales": (date(2025, 10, 2), date(2025, 12, 30)),
}


def bend(deals: Deals) -> Bent:
    """Change deals in place, before anybody touches them. A small company may lack some."""
    bent = Bent()
    used: set[int] = set()

    def take(kind: str, fits: Flags) -> int | None:
        for row in np.nonzero(fits)[0]:
            if int(row) not in used:
                used.add(int(row))
                bent.rows.setdefault(kind, []).append(int(row))
                deals.luck[row] = 0.0
                return int(row)
        return None

    for kind, (on, seconds) in _MOMENTS.items():
        day = clock.day(on)
        row = take(kind, (deals.closes >= day - 6) & (deals.closes < day) & (deals.kind == 0))
        if row is not None:
            deals.closes[row] = day
            deals.closed_at[row] = clock.to_utc(np.asarray([day * 86_400 + seconds]))[0]
    for kind, (first, last) in _SPANS.items():
        fits = (deals.closes >= clock.day(first)) & (deals.closes <= clock.day(last))
        if kind == "only_sales":
            # a customer may have touched it in ways that are not the deal's own
            row = take(kind, fits & (deals.kind == 0))
            if row is not None:
                deals.helps[row] = False
                deals.helps[row, FUNCTION_CODE["sales"]] = True
            continue
        take(kind, fits & (deals.helps.sum(axis=1) >= 3))
    return bent


# Sales touches are moved to these instants (UTC) on deals that were open then.
_INSTANTS = {
    "touch_before_clock_goes_forward": datetime(2025, 3, 30, 0, 59, 59),
    "touch_after_clock_goes_forward": datetime(2025, 3, 30, 1, 0, 0),
    "touch_in_first_hour_of_clock_going_back": datetime(2025, 10, 26, 0, 30, 0),
    "touch_in_second_hour_of_clock_going_back": datetime(2025, 10, 26, 1, 30, 0),
    "touch_at_2330_local": datetime(2025, 11, 12, 22, 30, 0),
    "touch_month_end_differs_in_utc": datetime(2025, 10, 31, 23, 30, 0),
}


def bend_touches(deals: Deals, touches: Touches) -> dict[str, list[int]]:
    """Move sales calls in place; rows of Touches by what was done to them."""
    moved: dict[str, list[int]] = {}
    used: set[int] = set()
    month = clock.months(clock.local_day(touches.at))
    calls = (touches.function == FUNCTION_CODE["sales"]) & np.isin(touches.kind, (0, 1))
    for kind, instant in _INSTANTS.items():
        at = int(instant.replace(tzinfo=UTC).timestamp())
        # of the month before midnight, so that the caller is employed
        fits = calls & (
            month == clock.months(np.asarray([clock.local_day(np.asarray([at]))[0] - 1]))[0]
        )
        fits &= (deals.created_at[touches.deal] < at) & (deals.closed_at[touches.deal] > at + 7_200)
        for row in np.nonzero(fits)[0]:
            if int(row) not in used:
                used.add(int(row))
                moved[kind] = [int(row)]
                touches.at[row] = at
                break
    return moved
