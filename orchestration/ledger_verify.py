"""Is the ledger what was written? Chain, entries, archive, and what landings know of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from orchestration import durable, journal, landing, ledger_archive, ledger_entries, release
from orchestration.errors import NightError


@dataclass(frozen=True)
class Verified:
    """What was looked at, and what is wrong with it: nothing, when the ledger is whole."""

    records: int
    entries: int
    archived: int
    problems: list[str]


def verify(home: Path) -> Verified:
    """Look at every byte of the ledger. Finds damage; raises NightError only for what no engine
    can read at all."""
    found = journal.problems(home)
    if found:
        # behind a broken link nothing is worth its word
        return Verified(0, 0, 0, found)
    records = journal.read(home)
    posted = journal.postings(records)
    for record in posted:
        path = journal.folder(home) / record["entries"]["path"]
        if not path.exists():
            found.append(f"{path.name} is gone")
        elif durable.sha256_of_file(path) != record["entries"]["sha256"]:
            found.append(f"{path.name} is not what was posted")
    closes = [record for record in records if record["kind"] == "close"]
    for record in closes:
        found += ledger_archive.problems(home, record)
    found += _landed_more(home, posted)
    if not found and posted:
        found += _legs(home, posted)
    archived = {sha256 for record in closes for sha256 in record["archive"].values()}
    return Verified(
        len(records), sum(record["entries"]["rows"] for record in posted), len(archived), found
    )


def audit(home: Path) -> Verified:
    """The same, and whether each release that somebody approved, closed or went back to is still
    what they saw. One that is gone is no damage: old ones may be deleted."""
    said = verify(home)
    if said.problems:
        return said
    found = []
    records = journal.read(home)
    retired = journal.retired_releases(records)
    for record in records:
        manifest = release.find(home, record.get("release_id"))
        if manifest is None or "manifest_hash" not in record:
            continue
        what = f"release {manifest['release_id']}, {record['kind']} number {record['sequence']},"
        if manifest["manifest_hash"] != record["manifest_hash"]:
            found.append(f"{what} has another manifest than was recorded")
        elif manifest["release_id"] in retired:
            continue
        elif release.verify(release.folder(home) / manifest["release_id"]):
            found.append(f"{what} is damaged")
    return replace(said, problems=found)


def _landed_more(home: Path, posted: list[journal.Record]) -> list[str]:
    """A chain cut off at its end is whole in itself: but nights have landed what was there."""
    heads = {journal.head(posted[: index + 1]) for index in range(len(posted))}
    heads |= {journal.head([])}
    return [
        f"the night of {landed['run_date']} landed a posting that is no longer in the journal"
        for landed in landing.manifests(home, "ledger", date.max)
        if landed["way"] == "ledger" and landed["source_version"] not in heads
    ]


def _legs(home: Path, posted: list[journal.Record]) -> list[str]:
    entries = ledger_entries.scan(home, posted)
    with duckdb.connect() as connection:
        try:
            twice, unbalanced = connection.execute(
                f"""select
                    (select count(*) - count(distinct entry_id) from {entries}),
                    (select count(*) from (select 1 from {entries}
                        group by payee_employee_number, plan_component_key, period_key,
                            source_ref, currency_code
                        having sum(amount_minor) <> 0))"""
            ).fetchall()[0]
        except duckdb.Error:
            raise NightError("the entries of the ledger cannot be read") from None
    found = [f"{twice} entries were posted twice"] if twice else []
    return found + ([f"{unbalanced} movements do not cancel (M07)"] if unbalanced else [])
