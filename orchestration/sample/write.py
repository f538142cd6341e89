"""Parquet files of the sample company: exactly the contract's columns, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from orchestration import contract, parquet
from orchestration.sample import clock, salesforce
from orchestration.sample.draws import Flags, Ints

Progress = Callable[[str], None]
THREADS = 2  # more is no faster and changes no byte

_MACROS = """
create macro instant(s) as make_timestamp(s * 1000000);
create macro on_day(d) as date '1970-01-01' + cast(d as integer);
create macro money(micro) as cast(micro as decimal(18, 0)) * cast(0.000001 as decimal(6, 6));
"""


class Nights:
    """Where deliveries go: one folder a night, one file a table.

    A table is a SELECT with the contract's columns plus `night` (0 is the base delivery); rows
    of nights that were not asked for are left out.
    """

    def __init__(
        self, directory: Path, first_run_date: date, nights: int, progress: Progress
    ) -> None:
        self.directory = directory
        self.first_run_date = first_run_date
        self.first_day = clock.day(first_run_date)
        self.nights = nights
        self.rows: dict[str, int] = {}
        self.connection = duckdb.connect(config={"threads": THREADS, "memory_limit": "6GB"})
        # order decides the bytes of a file; nothing here may depend on the number of threads
        self.connection.execute("set timezone = 'UTC'; set preserve_insertion_order = true")
        self.connection.execute(salesforce.MACROS + _MACROS)
        self._progress = progress

    def night(self, instants: Ints) -> Ints:
        """The delivery that first shows what happened at each instant."""
        return np.maximum(clock.local_day(instants) - self.first_day + 1, 0)

    def night_of_day(self, day: int) -> int:
        return max(day - self.first_day + 1, 0)

    def put(self, table: str, /, **columns: Any) -> None:
        """Make arrays or lists readable in SQL as a table of that name."""
        arrays = {name: pa.array(values) for name, values in columns.items()}
        self.connection.register(table, pa.table(arrays))

    def put_rows(self, table: str, types: dict[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """The same for a short list of rows that may be empty: `types` are Arrow type names."""
        schema = pa.schema(list(types.items()))
        columns = list(zip(*rows, strict=True)) or [() for _ in types]
        self.connection.register(
            table, pa.table(dict(zip(types, columns, strict=True)), schema=schema)
        )

    def put_stream(self, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """A table too large for memory; it can be read once."""
        self.connection.register(table, pa.RecordBatchReader.from_batches(schema, iter(batches)))

    def forget(self, *tables: str) -> None:
        for table in tables:
            self.connection.unregister(table)

    def deliver(self, domain: str, table: str, select: str, order_by: str = "") -> None:
        """Write the rows of every night; only a snapshot writes a night without rows."""
        raw = contract.domains()[domain].tables[table]
        self._progress(f"{domain}.{table}")
        columns = ", ".join(
            f"cast({name} as {column.data_type}) as {name}" for name, column in raw.columns.items()
        )
        order = f"order by {order_by}" if order_by else ""
        self.connection.execute(f"create or replace temp view delivered as {select}")
        written = self._copy(f"select {columns} from delivered where night = 0 {order}", 0, raw)
        if self.nights > 1:
            self.connection.execute(
                f"create or replace temp table later as select {columns}, night from delivered "
                f"where night between 1 and {self.nights - 1} {order}"
            )
            counts = "select distinct night from later"
            present = {night for (night,) in self.connection.execute(counts).fetchall()}
            for night in range(1, self.nights):
                if raw.load == "snapshot" or night in present:
                    select = f"select * exclude (night) from later where night = {night}"
                    written += self._copy(select, night, raw)
        self.rows[f"{domain}.{table}"] = written

    def folder(self, night: int) -> Path:
        run_date = self.first_run_date + timedelta(days=night)
        return self.directory / "nights" / run_date.isoformat()

    def copy_to(self, path: Path, select: str) -> int:
        """Write the rows of a SELECT as one Parquet file; the number of rows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write(self.connection, select, path)
        counts = self.connection.execute(f"select count(*) from {parquet.scan([path])}")
        # to the end: DuckDB 2.0 forgets no table while a result is left to read
        [counted] = counts.fetchall()
        return int(counted[0])

    def _copy(self, select: str, night: int, raw: contract.RawTable) -> int:
        return self.copy_to(self.folder(night) / raw.domain / f"{raw.name}.parquet", select)


def last_of_night(entity: Ints, night: Ints) -> Flags:
    """Of versions in order of entity and time, those that a delivery shows: the night's last."""
    shown = np.ones(len(entity), dtype=bool)
    shown[:-1] = (entity[1:] != entity[:-1]) | (night[1:] != night[:-1])
    return shown


def sql_list(values: tuple[str, ...]) -> str:
    """A DuckDB list literal, to be indexed from 1."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
