"""Domains landed from a few rows, everything else of the contract empty."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contract, landing, parquet
from orchestration.contract import RawTable
from orchestration.landing import Extract

# what a required column holds where a test does not care
_ANYTHING = {
    "text": "'x'", "boolean": "true", "date": "date '2024-01-01'", "bigint": "1",
    "timestamp": "timestamp '2024-01-01'",
}  # fmt: skip


def land(home: Path, name: str, run_date: date, **rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Land a domain; `rows` are of its tables by name. Its manifest."""
    domain = contract.domains()[name]

    def read(connection: duckdb.DuckDBPyConnection, cursor: str | None) -> Extract:
        selects = {
            table.name: _select(table, rows.get(table.name, [])) for table in domain.tables.values()
        }
        return Extract(selects, cursor=None, source_version="test")

    return landing.land(home, domain, run_date, "files", read)


def _select(table: RawTable, rows: list[dict[str, Any]]) -> str:
    def given(row: dict[str, Any], column: contract.RawColumn) -> str:
        value = row.get(column.name)
        if value is not None:
            return f"cast({parquet.literal(value)} as {column.data_type})"
        return _ANYTHING.get(column.data_type, "null") if column.required else "null"

    def fields(row: dict[str, Any]) -> str:
        return ", ".join(
            f'cast({given(row, column)} as {column.data_type}) as "{column.name}"'
            for column in table.columns.values()
        )

    empty = f"select {fields({})} where false"
    return " union all ".join([*(f"select {fields(row)}" for row in rows), empty])


def landed(home: Path, name: str, table: str, *columns: str) -> list[tuple]:
    """What landed of a table, in the order of the columns named."""
    raw = contract.domains()[name].tables[table]
    files = landing.files_of(home, name, raw, date.max)
    fields = ", ".join(f'"{column}"' for column in columns)
    with duckdb.connect() as connection:
        return connection.execute(
            f"select {fields} from {parquet.scan(file['location'] for file in files)} order by all"
        ).fetchall()
