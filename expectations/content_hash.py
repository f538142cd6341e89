"""One hash for what a table holds, whatever the order of its rows: the bond between the evidence
of a gate and the table that is released.

Each row is written as one unambiguous text (text columns carry their length, nulls are a byte
no value can start with), hashed with md5 to 128 bits, and both halves are summed over all rows as
exact integers; row count, column names and types go in too. Sums, unlike exclusive or, see a row
that comes twice. About 0.7 CPU microseconds a row of eight columns. It detects change, not a
forger who searches for collisions: release manifests hold SHA-256 of the files for that.

Raw tables are views over landed files whose SHA-256 was verified the same night, and the largest
tables there are. Their hash is asked for within one night only, so they get `hash()`, an eighth
of the price, which DuckDB does not promise to keep the same from version to version.
"""

from __future__ import annotations

import hashlib

import duckdb

from expectations.sql import name, relation

# their text never holds the separator, and never begins with the mark of null
_PLAIN = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT")
_PLAIN += ("UINTEGER", "UBIGINT", "UHUGEINT", "BOOLEAN", "DATE", "TIME", "FLOAT", "DOUBLE")
_PLAIN += ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "UUID")


def content_hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The hash of `table` (schema.table), 64 hexadecimal digits.

    Raises duckdb.Error when the table is not there or cannot be read.
    """
    described = connection.execute(f"describe {relation(table)}").fetchall()
    columns = [(row[0], row[1]) for row in described]
    summed = _summed_cheaply if table.startswith("raw_") else _summed
    sums = connection.execute(summed(columns, table)).fetchone()
    told = [*(f"{column} {data_type}" for column, data_type in columns), *sums]
    return hashlib.sha256("\n".join(str(part) for part in told).encode()).hexdigest()


def _summed_cheaply(columns: list[tuple[str, str]], table: str) -> str:
    fields = ", ".join(name(column) for column, _ in columns)
    return f"select count(*), sum(hash({fields})) from {relation(table)}"


def _summed(columns: list[tuple[str, str]], table: str) -> str:
    fields = ", ".join(_text(column, data_type) for column, data_type in columns)
    return (
        "select count(*), sum(cast(hashed >> 64 as hugeint)), "
        "sum(cast(hashed & 18446744073709551615 as hugeint)) from ("
        f"select md5_number(concat_ws(chr(31), {fields})) as hashed from {relation(table)})"
    )


def _text(column: str, data_type: str) -> str:
    """SQL of the text of one field: readable back to exactly one value."""
    quoted = name(column)
    if data_type in _PLAIN or data_type.startswith("DECIMAL"):
        text = f"cast({quoted} as varchar)"
    elif data_type == "TIMESTAMP WITH TIME ZONE":
        # as text it would depend on the session's time zone
        text = f"cast(epoch_us({quoted}) as varchar)"
    else:
        text = quoted if data_type == "VARCHAR" else f"cast(to_json({quoted}) as varchar)"
        text = f"strlen({text}) || ':' || {text}"
    return f"coalesce({text}, chr(0))"
