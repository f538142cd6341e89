"""How long a night waits for a source, and by which clock: the limits, and the only sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Patience:
    """Limits of one domain's read. Seconds, bytes and counts."""

    # a vendor's window of calls is ten seconds to a minute; six tries outlast one and three bad
    # answers
    tries: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    connect_seconds: float = 10.0
    # between two bytes; and for one whole answer, however steadily it drips
    silence_seconds: float = 60.0
    answer_seconds: float = 300.0
    # for the whole domain: a night of three hours is no night
    whole_seconds: float = 3 * 3600.0
    # the largest page seen of the vendors known is 5 MB
    largest_answer: int = 64 << 20
    most_pages: int = 1_000_000


@dataclass(frozen=True)
class Clock:
    """Time as the waits see it; tests hand in one that does not wait."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time


USUAL = Patience()
REAL = Clock()


def asked_wait(retry_after: str | None, date_header: str | None, wall: float) -> float | None:
    """Seconds that a Retry-After asks for, in either of its forms; None where it says nothing.

    A date is counted from the answer's own date: the source's clock may differ from ours.
    """
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after.strip()))
    except ValueError:
        pass
    until = read_http_date(retry_after)
    if until is None:
        return None
    answered = read_http_date(date_header)
    return max(0.0, until.timestamp() - (answered.timestamp() if answered else wall))


def read_http_date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
