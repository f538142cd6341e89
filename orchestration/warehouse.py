"""The night's own DuckDB file: one writer, in a place where no reader looks.

dbt makes a table visible before it tests it (S01), so a night is built here and only copied out
by release. The path is the same every night, because dbt parses the project again when the
profile changes; the file is made anew each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import landing, parquet, rollup
from orchestration.contract import LANDED_COLUMNS, Domain, RawTable, domains, fitted
from orchestration.durable import make_folder

NIGHT_TABLES = {
    "run": {
        "run_date": "date",
        "release_id": "text",
        "parent_release_id": "text",
        "landing_hash": "text",
        "policy_hash": "text",
        "ledger_hash": "text",
        "code_hash": "text",
    },
    "domain_status": {
        "domain": "text",
        "status": "text",
        "last_landed_run_date": "date",
        "row_count": "bigint",
    },
    "gate_evidence": {
        "gate": "text",
        "expectation_id": "text",
        "expectation": "text",
        "status": "text",
        "rows_covered": "bigint",
        "rows_failing": "bigint",
        "table_hash": "text",
        "reason": "text",
    },
    "second_opinions": {
        "payout_line_key": "text",
        "payout_amount_minor": "bigint",
    },
    "releases": {
        "release_id": "text",
        "run_date": "date",
        "parent_release_id": "text",
        "manifest_hash": "text",
        "landing_hash": "text",
        "policy_hash": "text",
        "ledger_hash": "text",
        "code_hash": "text",
        "approved_by": "text",
    },
}


def path_of(home: Path) -> Path:
    return home / "work" / "night.duckdb"


@contextmanager
def connect(
    path: Path, read_only: bool = False, threads: int = 2
) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(path), read_only=read_only, config={"threads": threads})
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def beside(path: Path, threads: int = 2) -> Iterator[duckdb.DuckDBPyConnection]:
    """The night's file, for reading, on a connection that can write other files beside it."""
    connection = duckdb.connect(config={"threads": threads})
    try:
        connection.execute("set timezone = 'UTC'")
        # what does not fit in memory is pay as well: never beside whoever's current folder
        connection.execute(f"set temp_directory = {parquet.literal(path.parent / 'spill')}")
        connection.execute(f"attach {parquet.literal(path)} as night (read_only)")
        connection.execute("use night")
        yield connection
    finally:
        connection.close()


def begin(home: Path) -> Path:
    """A fresh, empty night file; what an earlier night left behind is removed."""
    path = path_of(home)
    make_folder(path.parent, mode=0o700)
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    with connect(path) as connection:
        connection.execute("create schema raw_night")
        for name, columns in NIGHT_TABLES.items():
            fields = ", ".join(f"{column} {data_type}" for column, data_type in columns.items())
            connection.execute(f"create table raw_night.{name} ({fields})")
    path.chmod(0o600)
    return path


def expose_landing(home: Path, run_date: date, absent: set[str], threads: int = 2) -> None:
    """Put every raw table before the models: views over the landed files, verified first.

    Raises landing.SourceError where a landed file is gone or damaged.
    """
    files = {
        (domain.name, table.name): landing.files_of(home, domain.name, table, run_date)
        for domain in domains().values()
        if domain.name not in absent
        for table in domain.tables.values()
    }
    landing.verify([landed for found in files.values() for landed in found])
    with connect(path_of(home), threads=threads) as connection:
        for domain in domains().values():
            connection.execute(f"create schema if not exists raw_{domain.name}")
            for table in domain.tables.values():
                landed = files.get((domain.name, table.name), [])
                expose_table(connection, home, table, landed)
            _state(connection, domain, files, domain.name in absent)
    expose_fitted(home, run_date, threads)


def expose_before(
    home: Path, last_good_night: date | None, absent: set[str], threads: int = 2
) -> None:
    """Put each snapshot as the last good night knew it before the gates, in schema
    `before_<domain>`; empty ones before there was such a night."""
    snapshots = [t for d in domains().values() for t in d.tables.values() if t.load == "snapshot"]
    with connect(path_of(home), threads=threads) as connection:
        for table in snapshots:
            landed = []
            if last_good_night is not None and table.domain not in absent:
                landed = landing.files_of(home, table.domain, table, last_good_night)
            landing.verify(landed)
            connection.execute(f"create schema if not exists before_{table.domain}")
            expose_table(connection, home, table, landed, "before")


def expose_fitted(home: Path, run_date: date, threads: int = 2) -> None:
    """Put what nights up to `run_date` have fitted before the models; again after tonight's fit."""
    tables = fitted().tables.values()
    files = {table.name: landing.files_of(home, "fitted", table, run_date) for table in tables}
    landing.verify([landed for found in files.values() for landed in found])
    with connect(path_of(home), threads=threads) as connection:
        connection.execute("create schema if not exists raw_fitted")
        for table in tables:
            expose_table(connection, home, table, files[table.name])


def expose_table(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    table: RawTable,
    landed: list[dict[str, Any]],
    prefix: str = "raw",
) -> None:
    """One raw table as a view over its landed files, in the contract's columns and types.

    It stands in schema `<prefix>_<domain>`.
    """
    if table.rollup:
        columns = rollup.COLUMNS
        name = f"{prefix}_{table.domain}.{table.name}_daily"
        locations = [rollup.rolled_up(home, landed, index) for index in range(len(landed))]
    else:
        declared = {column.name: column.data_type for column in table.columns.values()}
        columns = {**declared, **LANDED_COLUMNS}
        name = f'{prefix}_{table.domain}."{table.name}"'
        locations = [entry["location"] for entry in landed]
    if locations:
        # by name: a file landed before the contract gained a column simply lacks it
        offered = parquet.scan(locations)
        known = {row[0] for row in connection.execute(f"describe from {offered}").fetchall()}
    else:
        offered, known = "(select 1) as nothing where false", set()
    given = {column: f'"{column}"' if column in known else "null" for column in columns}
    fields = ", ".join(
        f'cast({given[column]} as {data_type}) as "{column}"'
        for column, data_type in columns.items()
    )
    connection.execute(f"create or replace view {name} as select {fields} from {offered}")


def _state(
    connection: duckdb.DuckDBPyConnection, domain: Domain, files: dict[Any, Any], is_absent: bool
) -> None:
    landed = [entry for table in domain.tables for entry in files.get((domain.name, table), [])]
    connection.execute(
        "insert into raw_night.domain_status values (?, ?, ?, ?)",
        [
            domain.name,
            "absent_by_declaration" if is_absent else "landed",
            max((entry["run_date"] for entry in landed), default=None),
            sum(entry["rows"] for entry in landed),
        ],
    )


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[dict[str, Any]]
) -> None:
    """Append rows to one of the `raw_night` tables, by column name."""
    columns = list(NIGHT_TABLES[table])
    marks = ", ".join("?" for _ in columns)
    for row in rows:
        values = [row.get(column) for column in columns]
        connection.execute(
            f"insert into raw_night.{table} ({', '.join(columns)}) values ({marks})", values
        )
