"""The ledger as a source: what was posted since the last night, landed like any other records."""

from __future__ import annotations

from datetime import date

import duckdb

from orchestration import durable, journal, parquet
from orchestration.contract import Domain
from orchestration.errors import NightError, SourceError
from orchestration.landing import Extract
from orchestration.settings import DomainSource


def read(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    run_date: date,
    cursor: str | None,
) -> Extract:
    """Entries of the postings after `cursor`, the number of the last record that was landed.

    The source's version names the newest posting, so that a close can tell what a night knew.
    Raises SourceError when the ledger is damaged.
    """
    assert source.path is not None, "settings give the ledger its path"
    try:
        records = journal.read(source.path.parent)
    except NightError as error:
        raise SourceError(f"{domain.name}: {error}") from None
    posted = journal.postings(records)
    new = [record for record in posted if record["sequence"] > int(cursor or 0)]
    selects, rows = {}, {}
    for record in new:
        path = source.path / record["entries"]["path"]
        if not path.exists() or durable.sha256_of_file(path) != record["entries"]["sha256"]:
            raise SourceError(f"{domain.name}: {path} is not what was posted; restore a backup")
    if posted:
        offered = parquet.scan(source.path / one["entries"]["path"] for one in (new or posted[:1]))
        selects["entry"] = f"select * from {offered}" + ("" if new else " where false")
        rows["entry"] = sum(record["entries"]["rows"] for record in new)
    return Extract(
        selects=selects,
        cursor=str(posted[-1]["sequence"]) if posted else cursor,
        source_version=journal.head(records),
        source_rows=rows,
    )
