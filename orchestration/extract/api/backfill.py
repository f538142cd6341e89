"""A range of the past that the next night reads once more, because somebody asked for it.

The request stands in a file beside the landing; the manifest that met it says so in its cursor, so
a night that fails on the way reads it again, and one that is through never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from orchestration import durable


@dataclass(frozen=True)
class Backfill:
    """since <= changed < until, instants."""

    name: str
    since: datetime
    until: datetime | None


def _path(home: Path, domain: str) -> Path:
    return home / "landing" / domain / "backfill.json"


def ask_for(home: Path, domain: str, from_date: date, to_date: date | None) -> None:
    """Ask the next night of `domain` for what changed from one day up to and with another."""
    durable.make_folder(home / "landing", mode=0o700)
    said = {
        "from_date": from_date.isoformat(),
        "to_date": to_date.isoformat() if to_date else None,
        "number": _number(home, domain) + 1,
    }
    durable.write_bytes(_path(home, domain), durable.canonical_json(said))


def _number(home: Path, domain: str) -> int:
    path = _path(home, domain)
    return durable.read_json(path)["number"] if path.exists() else 0


def asked_for(home: Path, domain: str, already: str | None) -> Backfill | None:
    """The request that no night has met yet."""
    path = _path(home, domain)
    if not path.exists():
        return None
    said = durable.read_json(path)
    name = str(said["number"])
    if name == already:
        return None
    until = date.fromisoformat(said["to_date"]) + timedelta(days=1) if said["to_date"] else None
    return Backfill(name, _begins(date.fromisoformat(said["from_date"])), until and _begins(until))


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
