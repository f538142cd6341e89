"""Which nights to run when the scheduler was down for some (F45).

A missed day that had landed is a night of its own: what was known on it is on record. Of a day that
had not, nothing is: a night of it would date today's records back. Those days are caught up by the
next night, whose release names them.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from orchestration import contract, landing, release


def nights(home: Path, absent: set[str], newest: date) -> list[date]:
    """The nights that a tick of `newest` asks for, in order: missed ones that landed, and its
    own."""
    published = release.current(home)
    landed = [day for day in between(published, newest) if _has_landed(home, absent, day)]
    return [*landed, newest]


def between(published: dict[str, Any] | None, run_date: date) -> list[date]:
    """The days after a release's and before `run_date`; none before the first release."""
    if published is None:
        return []
    last = date.fromisoformat(published["run_date"])
    return [last + timedelta(days=count) for count in range(1, (run_date - last).days)]


def _has_landed(home: Path, absent: set[str], day: date) -> bool:
    present = [name for name in contract.domains() if name not in absent]
    return all(landing.manifest_of(home, name, day) is not None for name in present)
