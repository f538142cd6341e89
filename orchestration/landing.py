"""Landing: the raw records of a night, immutable, hashed, written whole or not at all.

`landing/<domain>/<table>/<run_date>.parquet` holds what a night brought, and
`landing/<domain>/manifests/<run_date>.json` commits it: rows, control totals, row hash, SHA-256
and the cursor, in one rename after the data. A file that no manifest names does not exist. What
names a person lands as a token; what it stands for is in the vault before the manifest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import durable, parquet, tokens, vault
from orchestration.contract import Domain, RawTable
from orchestration.errors import SourceError
from orchestration.landing_select import landing_select, row_hash


@dataclass(frozen=True)
class Extract:
    """What a way in read from one domain, as SELECTs on the connection it was handed.

    `cursor` is where the next night starts (opaque text; None for full reads), `source_rows`
    the source's own counts, which landing reconciles with what it wrote. `pages` are what the way
    in has read, as it came: the manifest describes them.
    """

    selects: dict[str, str]
    cursor: str | None
    source_version: str
    source_rows: dict[str, int] | None = None
    pages: list[dict[str, Any]] | None = None
    fed_by: dict[str, dict[str, str]] | None = None


Reader = Callable[[duckdb.DuckDBPyConnection, str | None], Extract]


def manifest_path(home: Path, domain: str, run_date: date) -> Path:
    return home / "landing" / domain / "manifests" / f"{run_date.isoformat()}.json"


def manifests(home: Path, domain: str, up_to: date) -> list[dict[str, Any]]:
    """The committed manifests of `domain`, oldest first, no newer than `up_to`."""
    folder = home / "landing" / domain / "manifests"
    paths = sorted(folder.glob("[0-9]*.json")) if folder.is_dir() else []
    return [durable.read_json(path) for path in paths if date.fromisoformat(path.stem) <= up_to]


def manifest_of(home: Path, domain: str, run_date: date) -> dict[str, Any] | None:
    """The committed manifest of one night; None where nothing has landed."""
    path = manifest_path(home, domain, run_date)
    return durable.read_json(path) if path.exists() else None


def land(
    home: Path,
    domain: Domain,
    run_date: date,
    way: str,
    reader: Reader,
    keeps_pages: bool = False,
) -> dict[str, Any]:
    """Land one domain for one night and return its manifest.

    A night that has landed keeps its landing: a second call changes nothing (C04), so a rerun
    sees the same records. Raises SourceError when the source does not give what the contract
    asks; then nothing was committed and the saved cursor is the old one.
    """
    committed = manifest_path(home, domain.name, run_date)
    # pages hold all that the source said of people, and are read once: unless somebody asks for
    # them, none outlives its landing
    with nullcontext() if keeps_pages else _no_pages_left(home, domain):
        if committed.exists():
            return durable.read_json(committed)
        _refuse_the_past(committed, domain.name, run_date)
        return _land(home, domain, run_date, way, reader, committed)


@contextmanager
def _no_pages_left(home: Path, domain: Domain) -> Iterator[None]:
    pages = home / "landing" / domain.name / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    try:
        yield
    finally:
        shutil.rmtree(pages, ignore_errors=True)


def _land(
    home: Path, domain: Domain, run_date: date, way: str, reader: Reader, committed: Path
) -> dict[str, Any]:
    earlier = manifests(home, domain.name, run_date)
    cursor = earlier[-1]["cursor_to"] if earlier else None
    # what the sources say of people's pay is nobody else's to read
    durable.make_folder(home / "landing", mode=0o700)
    key = _key(home, domain, earlier)
    folder = durable.make_folder(home / "landing" / domain.name)
    work = durable.make_folder(home / "work", mode=0o700)
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute("set preserve_insertion_order = true")
    # what does not fit in memory names people as well
    connection.execute(f"set temp_directory = {parquet.literal(work / 'spill')}")
    try:
        tokens.begin(connection, key)
        extract = reader(connection, cursor)
        unknown = sorted(set(extract.selects) - set(domain.tables))
        if unknown:
            raise SourceError(
                f"{domain.name}: the source offers {', '.join(unknown)}, which the contract does "
                f"not know; tables of this domain are {', '.join(domain.tables)}"
            )
        sequence = earlier[-1]["landing_sequence"] + 1 if earlier else 1
        tables = {}
        for table in domain.tables.values():
            before = earlier[-1]["tables"].get(table.name) if earlier else None
            tables[table.name] = _land_table(
                connection, folder, table, extract, run_date, sequence, before
            )
        if tokens.has_found(connection):
            vault.keep(home, tokens.found(connection), run_date)
    finally:
        connection.close()
    manifest = {
        "domain": domain.name,
        "run_date": run_date.isoformat(),
        "landing_sequence": sequence,
        "way": way,
        "source_version": extract.source_version,
        "cursor_from": cursor,
        "cursor_to": extract.cursor,
        "tables": tables,
    }
    if domain.names_people:
        manifest["token_key"] = vault.name_of_key(key)
    if extract.pages is not None:
        manifest["pages"] = extract.pages
    durable.write_bytes(committed, durable.canonical_json(manifest))
    return manifest


def _key(home: Path, domain: Domain, earlier: list[dict[str, Any]]) -> bytes:
    """The key of the home. Raises SourceError where the domain has landed without or under another:
    who is who would be lost in the middle."""
    if not domain.names_people:
        return b""
    key = vault.key(home)
    if earlier and earlier[-1].get("token_key") != vault.name_of_key(key):
        raise SourceError(
            f"{domain.name}: what landed before was landed without this home's key for personal "
            "data; begin a new WINSHARE_HOME, or restore a backup of this one"
        )
    return key


def _refuse_the_past(committed: Path, domain: str, run_date: date) -> None:
    later = [
        path.stem
        for path in committed.parent.glob("[0-9]*.json")
        if date.fromisoformat(path.stem) > run_date
    ]
    if later:
        raise SourceError(
            f"{domain}: {max(later)} has landed already, so {run_date} can no longer be landed; "
            f"run a night for a date after {max(later)}"
        )


def _land_table(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: RawTable,
    extract: Extract,
    run_date: date,
    sequence: int,
    before: dict[str, Any] | None,
) -> dict[str, Any]:
    select = extract.selects.get(table.name)
    if select is None:
        if table.required:
            raise SourceError(
                f"{table.domain}.{table.name}: the source has no such table, and it is required; "
                f"if the company has no {table.domain} data at all, declare it: "
                f'[domains.{table.domain}] way = "absent"'
            )
        # a snapshot that is gone means every row of it was deleted only if it was ever offered
        return {"is_offered": False, "files": [], "rows": 0}
    if table.token_columns:
        select = tokens.tokenised(connection, table, select)
    typed, missing, unread = landing_select(connection, table, select, run_date, sequence)
    target = durable.make_folder(folder / table.name) / f"{run_date.isoformat()}.parquet"
    aside = target.with_name(f".aside-{target.name}")
    try:
        parquet.write(connection, typed, aside)
    except duckdb.Error as error:
        aside.unlink(missing_ok=True)
        # the engine's own message quotes the value it could not read
        raise SourceError(
            f"{table.domain}.{table.name}: the source could not be read to its end "
            f"({type(error).__name__})"
        ) from None
    measured = _measure(connection, table, aside)
    _reconcile(table, measured["rows"], extract.source_rows)
    described = {
        "is_offered": True,
        "load": table.load,
        "missing_columns": missing,
        "unread_columns": unread,
        **measured,
    }
    # what came last night and comes again is nothing new: sources without a cursor are read whole
    unchanged = before is not None and before.get("row_hash") == measured["row_hash"]
    if measured["rows"] == 0 or unchanged:
        aside.unlink()
        files = before["files"] if unchanged and table.load == "snapshot" else []
        return {**described, "files": files}
    landed = {
        "path": f"{table.name}/{target.name}",
        "sha256": durable.sha256_of_file(aside),
        "bytes": aside.stat().st_size,
        "rows": measured["rows"],
    }
    durable.commit_file(aside, target)
    return {**described, "files": [landed]}


def _measure(connection: duckdb.DuckDBPyConnection, table: RawTable, path: Path) -> dict[str, Any]:
    """Rows, control totals and row hash, read back from the file that was written."""
    totals = [f"cast(coalesce(sum({column}), 0) as varchar)" for column in table.numeric_columns]
    figures = ", ".join(["count(*)", row_hash(list(table.columns)), *totals])
    values = connection.execute(f"select {figures} from {parquet.scan([path])}").fetchone()
    return {
        "rows": values[0],
        "row_hash": values[1],
        "control_totals": dict(zip(table.numeric_columns, values[2:], strict=True)),
    }


def _reconcile(table: RawTable, rows: int, source_rows: dict[str, int] | None) -> None:
    """Half an extract is no extract (D06)."""
    expected = (source_rows or {}).get(table.name)
    if expected is not None and expected != rows:
        raise SourceError(
            f"{table.domain}.{table.name}: the source counts {expected} rows, {rows} arrived; "
            "nothing of it was landed"
        )


def files_of(home: Path, domain: str, table: RawTable, up_to: date) -> list[dict[str, Any]]:
    """The landed files a night may read, oldest first, each with its absolute `location`.

    Of a snapshot only the newest night's; of the others all.
    """
    committed = manifests(home, domain, up_to)
    if table.load == "snapshot":
        committed = committed[-1:]
    found = []
    for manifest in committed:
        for landed in manifest["tables"].get(table.name, {"files": []})["files"]:
            location = home / "landing" / domain / landed["path"]
            found.append({**landed, "location": location, "run_date": manifest["run_date"]})
    return found


def verify(files: list[dict[str, Any]]) -> None:
    """Raise SourceError unless each landed file is there and has the bytes its manifest names."""

    def problem(landed: dict[str, Any]) -> str | None:
        location = landed["location"]
        if not location.exists():
            return f"{location} is gone"
        if durable.sha256_of_file(location) != landed["sha256"]:
            return f"{location} is not what was landed (its SHA-256 differs)"
        return None

    with ThreadPoolExecutor(max_workers=2) as pool:
        problems = [found for found in pool.map(problem, files) if found]
    if problems:
        raise SourceError(
            "landing is damaged: " + "; ".join(problems) + "; restore it from a backup"
        )


def hash_of(home: Path, domains: list[str], up_to: date) -> str:
    """One hash over everything landed in `domains` up to a date."""
    return durable.hash_of({domain: manifests(home, domain, up_to) for domain in domains})
