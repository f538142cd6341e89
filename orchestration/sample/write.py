"""Parquet files of the sample company: exactly the contract's columns, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration import contract

Progress = Callable[[str], None]
ROW_GROUP_SIZE = 122_880
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


class Nights:
    """Where deliveries go: one folder a night, one file a table.

    A table is a SELECT with the contract's columns plus `night` (0 is the base delivery); rows
    of nights that were not asked for are left out.
    """

    def __init__(self, directory: Path, first_run_date: date, nights: int, progress: Progress) -> None:
        self.directory = directory
        self.first_run_date = first_run_date
        self.nights = nights
        self.rows: dict[str, int] = {}
        self.connection = duckdb.connect(config={"threads": 2, "memory_limit": "6GB"})
        self.connection.execute("set timezone = 'UTC'; set preserve_insertion_order = true")
        self._progress = progress
        self._held: list[str] = []
        self._macros()

    def put(self, table: str, /, **columns: object) -> None:
        """Make arrays readable in SQL as a table of that name."""
        self.connection.register(table, pa.table({key: pa.array(value) for key, value in columns.items()}))

    def forget(self, *names: str) -> None:
        for name in names:
            self.connection.unregister(name)

    def deliver(self, domain: str, table: str, select: str, order_by: str = "") -> None:
        """Write the table's rows of every night; an incremental or event table skips empty nights."""
        raw = contract.domains()[domain].tables[table]
        self._progress(f"{domain}.{table}")
        self._held.append(f"{domain}.{table}")
        columns = ", ".join(
            f"cast({name} as {column.data_type}) as {name}" for name, column in raw.columns.items()
        )
        connection = self.connection
        order = f"order by {order_by}" if order_by else ""
        connection.execute(f"create or replace temp view delivered as {select}")
        later: dict[int, int] = {}
        if self.nights > 1:
            connection.execute(
                f"create or replace temp table later as select {columns}, night from delivered "
                f"where night between 1 and {self.nights - 1} {order}"
            )
            later = dict(connection.execute("select night, count(*) from later group by night").fetchall())
        written = self._copy(f"select {columns} from delivered where night = 0 {order}", 0, raw)
        for night in range(1, self.nights):
            if raw.load == "snapshot" or later.get(night):
                written += self._copy(f"select * exclude (night) from later where night = {night}", night, raw)
        self.rows[f"{domain}.{table}"] = written

    def folder(self, night: int) -> Path:
        return self.directory / "nights" / (self.first_run_date + timedelta(days=night)).isoformat()

    def _copy(self, select: str, night: int, raw: contract.RawTable) -> int:
        path = self.folder(night) / raw.domain / f"{raw.name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        counted = self.connection.execute(
            f"copy ({select}) to '{str(path).replace(chr(39), chr(39) * 2)}' "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP_SIZE})"
        ).fetchone()
        return int(counted[0]) if counted else 0

    def _macros(self) -> None:
        """SQL to write what Salesforce writes: 18-character ids, instants, exact money."""
        self.connection.execute(
            f"""
            create macro base62(n) as substr('{_DIGITS}', cast(n % 62 as integer) + 1, 1);
            create macro is_upper(n) as cast(n % 62 between 10 and 35 as integer);
            create macro id15(prefix, n) as
                prefix || 'Dn00000'
                || base62(n // 14776336) || base62(n // 238328) || base62(n // 3844) || base62(n // 62) || base62(n);
            create macro id18(prefix, n) as
                id15(prefix, n)
                || substr('{_CHECK}', 9
                    + cast(ascii(substr(prefix, 1, 1)) between 65 and 90 as integer)
                    + 2 * cast(ascii(substr(prefix, 2, 1)) between 65 and 90 as integer)
                    + 4 * cast(ascii(substr(prefix, 3, 1)) between 65 and 90 as integer), 1)
                || 'A'
                || substr('{_CHECK}', 1
                    + is_upper(n // 14776336) + 2 * is_upper(n // 238328) + 4 * is_upper(n // 3844)
                    + 8 * is_upper(n // 62) + 16 * is_upper(n), 1);
            create macro instant(s) as make_timestamp(s * 1000000);
            create macro on_day(d) as date '1970-01-01' + cast(d as integer);
            create macro money(micro) as cast(micro as decimal(18, 0)) * cast(0.000001 as decimal(6, 6));
            """
        )


def night_of(instants: np.ndarray, local_day, first_day: int) -> np.ndarray:
    """The delivery that first shows what happened at each instant: 0 up to the base day."""
    return np.maximum(local_day(instants) - first_day + 1, 0)
