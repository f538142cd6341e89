"""Parquet as every part of a night reads and writes it: one spelling, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

# fixed, so that the same rows are the same bytes whatever the thread count; 122,880 rows is
# DuckDB's own unit of work
_FORMAT = "format parquet, compression zstd, row_group_size 122880"


def literal(text: object) -> str:
    """`text` as a string literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def scan(paths: Iterable[Path]) -> str:
    """A FROM item over files, matched by column name."""
    return f"read_parquet([{', '.join(literal(path) for path in paths)}], union_by_name = true)"


def write(
    connection: duckdb.DuckDBPyConnection, select: str, path: Path, mode: int = 0o644
) -> None:
    """Write `select` to `path`, which exists with its mode before any row is in it."""
    path.touch(mode=mode)
    path.chmod(mode)
    connection.execute(f"copy ({select}) to {literal(path)} ({_FORMAT}, use_tmp_file false)")
