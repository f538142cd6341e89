"""A place that a loader fills: one DuckDB file, or one folder of Parquet and CSV files.

Here: which tables are there, with their columns and types. Not here: what they mean (tables), and
places in PostgreSQL (postgresql).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import SourceError
from orchestration.extract.declared_types import literal, quoted
from orchestration.extract.source_files import open_file


@dataclass(frozen=True)
class PlaceTable:
    """`relation` is what follows FROM; `columns` are its lower-cased names and DuckDB types."""

    relation: str
    columns: dict[str, str]


def tables_in(
    connection: duckdb.DuckDBPyConnection, path: Path, schema_name: str | None, domain: str
) -> dict[str, PlaceTable]:
    """Every table of the place by its lower-cased name. Raises SourceError where there is none."""
    if path.is_dir():
        found = _tables_in_folder(connection, path, domain)
    elif path.is_file():
        found = _tables_in_database(connection, path, schema_name, domain)
    else:
        raise SourceError(f"{domain}: there is neither a DuckDB file nor a folder at {path}")
    if not found:
        raise SourceError(f"{domain}: {path} holds no table")
    return found


def _tables_in_folder(
    connection: duckdb.DuckDBPyConnection, path: Path, domain: str
) -> dict[str, PlaceTable]:
    found: dict[str, PlaceTable] = {}
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and any(entry.glob("*.parquet")):
            # a table that was written in several Parquet files
            relation = f"read_parquet({literal(str(entry / '*.parquet'))}, union_by_name = true)"
            described = connection.execute(f"describe from {relation}").fetchall()
            found[entry.name.lower()] = PlaceTable(
                relation, {row[0].lower(): row[1] for row in described}
            )
        elif entry.suffix.lower() in (".parquet", ".csv"):
            opened = open_file(connection, entry, None, domain)
            found[entry.stem.lower()] = PlaceTable(
                opened.relation, {name.lower(): given for name, given in opened.columns.items()}
            )
    return found


def _tables_in_database(
    connection: duckdb.DuckDBPyConnection, path: Path, schema_name: str | None, domain: str
) -> dict[str, PlaceTable]:
    database = f"place_{domain}"
    try:
        connection.execute(f"attach {literal(str(path))} as {quoted(database)} (read_only)")
    except duckdb.Error as error:
        raise SourceError(
            f"{domain}: {path} cannot be opened as a DuckDB file ({type(error).__name__}); "
            "does another process hold it for writing?"
        ) from None
    rows = connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and not internal order by column_index",
        [database],
    ).fetchall()
    wanted = one_schema({row[0] for row in rows}, schema_name, str(path), domain)
    found: dict[str, PlaceTable] = {}
    for schema, table, column, given in rows:
        if schema == wanted:
            relation = f"{quoted(database)}.{quoted(schema)}.{quoted(table)}"
            entry = found.setdefault(table.lower(), PlaceTable(relation, {}))
            entry.columns[column.lower()] = given
    return found


def one_schema(schemas: set[str], schema_name: str | None, place: str, domain: str) -> str:
    """The schema to read, as it is spelled. Raises SourceError where none is told or there."""
    listed = ", ".join(sorted(schemas))
    if schema_name is None and len(schemas) > 1:
        raise SourceError(
            f"{domain}: {place} has the schemas {listed}; say which one with "
            f"schema_name under [domains.{domain}]"
        )
    if schema_name is None:
        return "".join(schemas)
    found = next((name for name in schemas if name.lower() == schema_name.lower()), None)
    if found is None:
        raise SourceError(
            f"{domain}: {place} has no schema {schema_name}; it has {listed or 'none'}"
        )
    return found
