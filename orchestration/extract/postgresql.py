"""A place in PostgreSQL: the tables that are asked for, as they stand in one snapshot of it.

Rows stream in as Arrow, by COPY, into tables of the night's own connection. What PostgreSQL alone
has a type for, and every amount, comes as text, digit for digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import duckdb

from orchestration.errors import SourceError
from orchestration.extract.declared_types import literal, quoted
from orchestration.extract.places import PlaceTable, one_schema
from orchestration.settings import PostgresPlace

_AS_THEY_ARE = (
    "boolean", "smallint", "integer", "bigint", "real", "double precision", "date", "text",
    "character varying", "timestamp without time zone", "timestamp with time zone",
)  # fmt: skip
# of the tables that one may read; a view is as good as a table
_COLUMNS = """
select table_schema, table_name, column_name, data_type
from information_schema.columns
where table_schema not in ('information_schema', 'pg_catalog')
order by table_schema, table_name, ordinal_position
"""


def tables_in(
    connection: duckdb.DuckDBPyConnection,
    place: PostgresPlace,
    schema_name: str | None,
    domain: str,
    wanted: set[str],
    since: Mapping[str, str],
    synced: str | None,
) -> dict[str, PlaceTable]:
    """Those of `wanted` that are there, by their lower-cased names. Raises SourceError.

    Of a table in `since` only the rows that the loader wrote at that instant or later, by `synced`.
    """
    found: dict[str, PlaceTable] = {}
    with _asking(place, domain) as cursor:
        cursor.execute(_COLUMNS)
        listed = cursor.fetchall()
        schema = one_schema({row[0] for row in listed}, schema_name, str(place), domain)
        for table, columns in _of_schema(listed, schema).items():
            if table.lower() not in wanted:
                continue
            fields = ", ".join(
                quoted(name) if kind in _AS_THEY_ARE else f"{quoted(name)}::text as {quoted(name)}"
                for name, kind in columns.items()
            )
            query = f"select {fields} from {quoted(schema)}.{quoted(table)}"
            mark = next((name for name in columns if name.lower() == synced), None)
            if mark and table.lower() in since:
                instant = literal(since[table.lower()])
                query += f" where {quoted(mark)} is null or {quoted(mark)} >= {instant}"
            cursor.execute(query)
            relation = quoted(f"place_{domain}_{table.lower()}")
            with cursor.fetch_record_batch() as batches:
                connection.register("arriving", batches)
                connection.execute(f"create or replace temp table {relation} as from arriving")
                connection.unregister("arriving")
            described = connection.execute(f"describe {relation}").fetchall()
            found[table.lower()] = PlaceTable(relation, {r[0].lower(): r[1] for r in described})
    return found


def _of_schema(listed: list[tuple[str, ...]], schema: str) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for table_schema, table, column, kind in listed:
        if table_schema == schema:
            tables.setdefault(table, {})[column] = kind
    return tables


@contextmanager
def _asking(place: PostgresPlace, domain: str) -> Iterator[Any]:
    """A cursor within one read-only snapshot. No message holds more than the kind of failure."""
    # imported when it is used: no other place needs the driver
    import adbc_driver_manager
    from adbc_driver_postgresql import dbapi

    told = {
        "host": place.host,
        "port": str(place.port),
        "dbname": place.database,
        "user": place.user,
        "sslmode": place.encryption,
        "connect_timeout": "10",
        "application_name": "winshare",
    }
    if place.password:
        told["password"] = place.password.get_secret_value()
    try:
        with dbapi.connect(f"postgresql://?{urlencode(told)}") as link, link.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            yield cursor
            link.rollback()
    except adbc_driver_manager.Error as error:
        # the driver's own words may quote a row
        state = f", {error.sqlstate}" if error.sqlstate else ""
        raise SourceError(
            f"{domain}: {place} cannot be read ({type(error).__name__}{state}); is it there, may "
            f"{place.user} read it, and is its password set?"
        ) from None
