"""A vendor's API as a way in: pages, then tables under the contract's names, then what is gone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration import landing
from orchestration.contract import Domain, RawTable
from orchestration.errors import SourceError
from orchestration.extract.alias_maps import VendorMap, vendor_maps
from orchestration.extract.api import backfill, gone, pages
from orchestration.extract.api.fetching import connect, fetch
from orchestration.extract.api.patience import REAL, USUAL, Clock, Patience
from orchestration.extract.api.progress import Progress
from orchestration.extract.api.records import table_of
from orchestration.extract.api.vendor import Vendor, vendor_of
from orchestration.extract.declared_types import quoted
from orchestration.extract.places import PlaceTable
from orchestration.extract.tables import Gathered, relation_of
from orchestration.landing import Extract
from orchestration.settings import DomainSource

# A record changed while it is read is newer than the clock we began with; one a day newer is
# stamped wrong, and would hide every later version of itself.
_CLOCK_SKEW = timedelta(days=1)


def read(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    run_date: date,
    cursor: str | None,
    home: Path,
    clock: Clock = REAL,
    patience: Patience = USUAL,
) -> Extract:
    """What changed at the source since `cursor`, from pages that land under `home` first.

    Raises SourceError; then no manifest names the pages, and the saved cursor is the old one.
    """
    vendor = vendor_of(domain.name, source.vendor)
    names = names_of(domain, source, vendor)
    before = Progress.read(cursor)
    asked = backfill.asked_for(home, domain.name, before.backfilled)
    with pages.PageStore(pages.folder_of(home, domain.name, run_date.isoformat())) as store:
        fetched = fetch(
            connection, domain, vendor, names, source.api, run_date, before, asked, store, clock,
            patience,
        )  # fmt: skip
    return _extract(
        connection, domain, vendor, names, run_date, home, fetched.progress, store.described(),
        fetched.is_whole,
    )  # fmt: skip


def read_again(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    run_date: date,
    home: Path,
) -> Extract:
    """The same Extract from what landed that night, without asking the source anything.

    Names and SELECTs are those of now: it shows what a corrected one would have made of a night.
    """
    manifest = landing.manifest_of(home, domain.name, run_date)
    if manifest is None or "pages" not in manifest:
        raise SourceError(f"{domain.name}: no pages of {run_date} have landed")
    vendor = vendor_of(domain.name, source.vendor)
    progress = Progress.read(manifest["cursor_to"])
    return _extract(
        connection, domain, vendor, names_of(domain, source, vendor), run_date, home, progress,
        manifest["pages"], progress.whole_on == run_date,
    )  # fmt: skip


def look(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    home: Path,
    now: datetime,
    days: int,
) -> Extract:
    """What changed in the last days, read as a night would, into a home that is thrown away."""
    vendor = vendor_of(domain.name, source.vendor)
    before = Progress(
        at=now - timedelta(days=days),
        tokens=dict.fromkeys(stream.name for stream in vendor.streams),
        whole_on=now.date(),
        is_trial=True,
    )
    return read(connection, domain, source, now.date(), before.written(), home)


def greet(domain: Domain, source: DomainSource) -> str:
    """Ask the source for one small answer. Raises SourceError where it does not give one."""
    vendor = vendor_of(domain.name, source.vendor)
    store = pages.PageStore(Path())
    lists = connect(vendor, domain.name, source.api, store, REAL, Patience(tries=2))
    lists.ask(vendor.hello)
    return f"{vendor.name} {vendor.version} answers"


def names_of(domain: Domain, source: DomainSource, vendor: Vendor) -> VendorMap:
    """Which field of the vendor's records feeds which column of ours."""
    return vendor_maps("api", domain, source.mappings)[vendor.name]


def _extract(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    vendor: Vendor,
    names: VendorMap,
    run_date: date,
    home: Path,
    progress: Progress,
    landed: list[dict[str, Any]],
    is_whole: bool,
) -> Extract:
    paths = pages.verified(home, domain.name, landed)
    place, unread = place_of(connection, vendor, names, paths)
    gathered = Gathered()
    selects, rows = gathered.selects, gathered.rows
    assert progress.at is not None, "it was read"
    for name, source_tables in names.source_tables.items():
        table = domain.tables[name]
        found = relation_of(connection, table, names, place, "api")
        if found is None:
            continue
        relation, offered, _ = found
        where = f"{vendor.name}'s {', '.join(source_tables)}"
        gathered.take(connection, table, relation, offered, where)
        if table.version in offered:
            selects[name] = _not_after(selects[name], table.version, progress.at + _CLOCK_SKEW)
        if name in vendor.joined:
            selects[name] = _before(selects[name], vendor.joined[name], progress.at)
        if table.load == "event":
            selects[name], rows[name] = gone.not_told_before(
                connection, table, selects[name], _known(home, domain, table, run_date)
            )
        part = vendor.parts.get(name)
        if table.load == "incremental" and (is_whole or part):
            selects[name], rows[name] = gone.with_what_is_gone(
                connection,
                table,
                selects[name],
                rows[name],
                _known(home, domain, table, run_date),
                vendor.gone.get(name),
                # those whose whole came this night, as deleted or merged too
                (part[0], selects[part[1]]) if part and not is_whole else None,
            )
    return Extract(
        selects=selects,
        cursor=progress.written(),
        source_version=f"{vendor.name} {vendor.version}",
        source_rows=rows,
        pages=[entry | {"unread_keys": unread[entry["stream"]]} for entry in landed],
        fed_by=gathered.fed_by,
    )


def _known(home: Path, domain: Domain, table: RawTable, run_date: date) -> list[Path]:
    """The files of earlier nights."""
    landed = landing.files_of(home, domain.name, table, run_date - timedelta(days=1))
    return [file["location"] for file in landed]


def place_of(
    connection: duckdb.DuckDBPyConnection,
    vendor: Vendor,
    names: VendorMap,
    paths: dict[str, Path],
) -> tuple[dict[str, PlaceTable], dict[str, list[str]]]:
    """The landed lists as tables, and per list the keys that nobody reads."""
    place, unread = {}, {}
    for stream in vendor.streams:
        if stream.name in paths:
            fields = names.fields(stream.name)
            place[stream.name], unread[stream.name] = table_of(
                connection, paths[stream.name], stream, fields
            )
    return place, unread


def _not_after(select: str, version: str, latest: datetime) -> str:
    column = quoted(version)
    latest_version = f"least({column}, {_timestamp(latest)}) as {column}"
    return f"select * replace ({latest_version}) from ({select}) as stamped"


def _before(select: str, column: str, instant: datetime) -> str:
    return f"select * from ({select}) as joined where {quoted(column)} < {_timestamp(instant)}"


def _timestamp(instant: datetime) -> str:
    return f"timestamp '{instant.replace(tzinfo=None).isoformat(sep=' ')}'"
