"""Days and instants of the sample company: whole numbers, no time zone database, no wall clock.

A day is days since 1970-01-01; an instant is seconds since then, in UTC. Local is Europe/Berlin.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from orchestration.sample.draws import Ints

DAY_SECONDS = 86_400
_EPOCH = date(1970, 1, 1)


def day(value: date) -> int:
    return (value - _EPOCH).days


def as_date(number: int) -> date:
    return _EPOCH + timedelta(days=int(number))


def _last_sunday(year: int, month: int) -> int:
    last = date(year, month, 31)
    return day(last - timedelta(days=(last.weekday() + 1) % 7))


# Summer time begins and ends at 01:00 UTC on these Sundays (Directive 2000/84/EC).
_CHANGES_UTC = np.asarray(
    [
        _last_sunday(year, month) * DAY_SECONDS + 3600
        for year in range(1996, 2051)
        for month in (3, 10)
    ],
    dtype=np.int64,
)


def to_utc(local_seconds: Ints) -> Ints:
    """Instants of local clock readings; the doubled hour in October counts as the first."""
    in_summer = np.searchsorted(_CHANGES_UTC, local_seconds - 7200, side="right") % 2 == 1
    return local_seconds - np.where(in_summer, 7200, 3600)


def local_day(instant: Ints) -> Ints:
    """The calendar day in Berlin of each instant."""
    in_summer = np.searchsorted(_CHANGES_UTC, instant, side="right") % 2 == 1
    return (instant + np.where(in_summer, 7200, 3600)) // DAY_SECONDS


def working_day(days: Ints) -> Ints:
    """The same day, or the Monday after a weekend."""
    weekday = (days + 3) % 7
    return days + np.where(weekday >= 5, 7 - weekday, 0)


def at_work(days: Ints, seconds: Ints) -> Ints:
    """The instant `seconds` (0 to 36,000) after 08:00 local on each day."""
    return to_utc(days * DAY_SECONDS + 8 * 3600 + seconds)


def months(days: Ints) -> Ints:
    """Months since 1970-01."""
    return np.asarray(days, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)


def month_start(month: int) -> int:
    return day(date(1970 + month // 12, month % 12 + 1, 1))
