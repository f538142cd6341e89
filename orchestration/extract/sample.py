"""The sample company: one folder a night, one Parquet file a canonical table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchestration import parquet
from orchestration.contract import Domain
from orchestration.errors import SourceError
from orchestration.landing import Extract
from orchestration.settings import DomainSource


def read(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    source: DomainSource,
    run_date: date,
    cursor: str | None,
) -> Extract:
    """Everything the sample company delivered after `cursor`, up to and with `run_date`.

    The cursor is the date of the last delivery read. Raises SourceError where there is none.
    """
    assert source.path is not None, "settings give the sample company a path"
    nights = delivered(source.path, run_date)
    if not nights:
        raise SourceError(
            f"{domain.name}: there is no sample company in {source.path} for {run_date}; "
            "make one with `winshare sample`"
        )
    new = [night for night in nights if cursor is None or night > cursor]
    selects: dict[str, str] = {}
    rows: dict[str, int] = {}
    for table in domain.tables.values():
        wanted = nights[-1:] if table.load == "snapshot" else new
        files = [
            source.path / "nights" / night / domain.name / f"{table.name}.parquet"
            for night in wanted
        ]
        files = [path for path in files if path.exists()]
        if not files:
            # nothing new of a table that was delivered before: an empty delivery, not a lost table
            first = [source.path / "nights" / nights[0] / domain.name / f"{table.name}.parquet"]
            if first[0].exists():
                selects[table.name] = f"select * from {parquet.scan(first)} where false"
            continue
        selects[table.name] = f"select * from {parquet.scan(files)}"
        rows[table.name] = _counted(connection, f"{domain.name}.{table.name}", files)
    return Extract(selects=selects, cursor=nights[-1], source_version="sample", source_rows=rows)


def _counted(connection: duckdb.DuckDBPyConnection, name: str, files: list[Path]) -> int:
    try:
        counted = connection.execute(f"select count(*) from {parquet.scan(files)}").fetchone()
    except duckdb.Error:
        listed = ", ".join(str(path) for path in files)
        raise SourceError(
            f"{name}: {listed} cannot be read; make the sample again with `winshare sample`"
        ) from None
    return counted[0] if counted else 0


def delivered(folder: Path, run_date: date) -> list[str]:
    """Dates of the deliveries in `folder` up to and with `run_date`, oldest first."""
    nights = folder / "nights"
    names = sorted(path.name for path in nights.iterdir()) if nights.is_dir() else []
    return [name for name in names if date.fromisoformat(name) <= run_date]
