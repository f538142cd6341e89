"""The same rows and the same SELECT on DuckDB and on a local Spark, compared row by row."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.portability.macro_files import Macros, macros
from tests.spark.rows import TYPES, as_text, generated, names

# Writes a SELECT, given the macros of one engine.
Writer = Callable[[Macros], str]


def write_rows(folder: Path) -> Path:
    """The generated rows as Parquet, the form that both engines read in a night."""
    text, parquet = folder / "parts.csv", folder / "parts.parquet"
    with text.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(names())
        writer.writerows(map(as_text, generated()))
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from read_csv('{text}', header=true, columns={TYPES},"
            f" nullstr='\\N', allow_quoted_nulls=true)) to '{parquet}' (format parquet)"
        )
    return parquet


@dataclass(frozen=True)
class Engines:
    """Both engines over one Parquet file, which both call `parts`."""

    parquet: Path
    spark: Any
    folder: Path

    def on_duckdb(self, write: Writer) -> duckdb.DuckDBPyConnection:
        """A connection that holds DuckDB's answer as the table `ours`."""
        connection = duckdb.connect()
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"create view parts as from read_parquet('{self.parquet}')")
        connection.execute(f"create table ours as {write(macros('duckdb'))}")
        return connection

    def on_spark(self, write: Writer, name: str) -> Path:
        """The folder of Parquet files that holds Spark's answer."""
        answer = self.folder / name
        self.spark.sql(write(macros("spark"))).write.mode("overwrite").parquet(str(answer))
        return answer

    def compare(self, write: Writer, name: str) -> tuple[duckdb.DuckDBPyConnection, list[Any]]:
        """DuckDB's connection, and up to five rows that one engine has and the other lacks.

        Types count too: a BIGINT of one is a BIGINT of the other.
        """
        connection = self.on_duckdb(write)
        answer = self.on_spark(write, name)
        connection.execute(f"create view theirs as from read_parquet('{answer}/*.parquet')")
        ours, theirs = (
            connection.execute(f"select column_name, column_type from (describe {one})").fetchall()
            for one in ("ours", "theirs")
        )
        assert ours == [(column, plain(kind)) for column, kind in theirs]
        differing = connection.execute(
            "(select 'duckdb', * from (from ours except all from theirs) order by 2 limit 5)"
            " union all "
            "(select 'spark', * from (from theirs except all from ours) order by 2 limit 5)"
        ).fetchall()
        return connection, differing


def plain(kind: str) -> str:
    """Spark stores every instant with a zone; ours are UTC throughout."""
    return "TIMESTAMP" if kind == "TIMESTAMP WITH TIME ZONE" else kind
