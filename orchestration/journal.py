"""The journal of the ledger: append-only and hash-chained, one file a record, whole or absent.

`ledger/journal/00000001.json`, 2, 3 ... hold who approved, closed, exported or reversed what, in
the one order in which it happened. Each record carries its own hash and that of the record before
it, so that a changed, exchanged or missing one is found; a record that is in place commits what
it names, and what no record names does not exist.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration import durable
from orchestration.errors import NightError

# what the first record names as the one before it
NOTHING_BEFORE = "0" * 64
# the kinds that post entries: what the next night lands
POSTINGS = ("close", "export", "reversal")

Record = dict[str, Any]


def folder(home: Path) -> Path:
    return home / "ledger"


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """One writer at a time; the operating system lets go when the process ends (M08)."""
    durable.make_folder(home)
    with (durable.make_folder(folder(home), mode=0o700) / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _files(home: Path) -> list[Path]:
    return sorted((folder(home) / "journal").glob("[0-9]*.json"))


def read(home: Path) -> list[Record]:
    """Every record, oldest first. Raises NightError naming what is damaged or gone."""
    records, problems = _examine(home)
    if problems:
        raise NightError("the ledger is damaged: " + "; ".join(problems) + "; restore a backup")
    return records


def problems(home: Path) -> list[str]:
    """What is wrong with the chain; empty when it is whole."""
    return _examine(home)[1]


def _examine(home: Path) -> tuple[list[Record], list[str]]:
    records: list[Record] = []
    found: list[str] = []
    before = NOTHING_BEFORE
    for expected, path in enumerate(_files(home), start=1):
        content = path.read_bytes()
        try:
            record = json.loads(content)
            told = {key: value for key, value in record.items() if key != "hash"}
            # byte for byte: what means the same in other bytes was written by somebody else
            is_whole = durable.canonical_json(record) == content
            is_whole = is_whole and durable.hash_of(told) == record["hash"]
        except (ValueError, KeyError, TypeError, AttributeError):
            is_whole = False
        if not is_whole:
            found.append(f"journal record {path.name} is not what was written")
            break
        if path.stem != f"{expected:08d}" or record["sequence"] != expected:
            found.append(f"journal record {expected:08d}.json is gone")
            break
        if record["previous_hash"] != before:
            found.append(f"journal record {path.name} does not follow the one before it")
            break
        before = record["hash"]
        records.append(record)
    return records, found


def append(home: Path, kind: str, now: datetime, body: dict[str, Any]) -> Record:
    """Add one record; the caller holds the lock. What `body` names is in place before."""
    records = read(home)
    sequence = len(records) + 1
    told = {
        "sequence": sequence,
        "previous_hash": records[-1]["hash"] if records else NOTHING_BEFORE,
        "kind": kind,
        "recorded_at": moment(now),
        **body,
    }
    record = {**told, "hash": durable.hash_of(told)}
    path = folder(home) / "journal" / f"{sequence:08d}.json"
    durable.make_folder(path.parent, mode=0o700)
    durable.write_bytes(path, durable.canonical_json(record), mode=0o600)
    return record


def postings(records: list[Record]) -> list[Record]:
    return [record for record in records if record["kind"] in POSTINGS]


def head(records: list[Record]) -> str:
    """The newest posting in one word: what a landing of the ledger holds, and a night knew."""
    posted = postings(records)
    return f"{posted[-1]['sequence']}:{posted[-1]['hash']}" if posted else "nothing posted"


def closes(records: list[Record]) -> list[Record]:
    """The closes that stand: those that no reversal undid."""
    undone = {record["reversed_sequence"] for record in records if record["kind"] == "reversal"}
    return [
        record
        for record in records
        if record["kind"] == "close" and record["sequence"] not in undone
    ]


def close_of(records: list[Record], period_key: str) -> Record:
    """The standing close of a period. Raises NightError when it was never closed."""
    for record in closes(records):
        if period_key == record["period_key"] or period_key in record["covered_periods"]:
            return record
    closed = ", ".join(record["period_key"] for record in closes(records)) or "none"
    raise NightError(f"{period_key} is not closed; closed are {closed}")


def export_of(records: list[Record], close: Record) -> Record | None:
    """The record that a close's payments were sent; None when they were not."""
    for record in records:
        if record["kind"] == "export" and record["close_sequence"] == close["sequence"]:
            return record
    return None


def left_releases(home: Path) -> set[str]:
    """Releases that were current and were rolled back from."""
    return {
        release_id
        for record in read(home)
        if record["kind"] == "rollback"
        for release_id in record["left"]
    }


def retired_releases(records: list[Record]) -> set[str]:
    """Releases whose files were deleted to make room: their manifests stay."""
    return {record["release_id"] for record in records if record["kind"] == "retirement"}


def approvers(home: Path, up_to: int) -> dict[str, str]:
    """Who approved each release that was closed, as of record number `up_to`."""
    known = [record for record in read(home) if record["sequence"] <= up_to]
    return {record["release_id"]: record["approved_by"]["name"] for record in closes(known)}


def moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
