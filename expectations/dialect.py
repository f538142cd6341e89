"""The SQLAlchemy dialect through which Great Expectations reads DuckDB.

With plain duckdb_engine every metric fails and comes back as success=False with nothing in it
(S04): Great Expectations hands its connection back before it fetches, and DuckDB then drops the
result, because all cursors are one. Here every SQLAlchemy cursor is a DuckDB cursor of its own.
Registered under its own name, so that whoever uses duckdb_engine beside it is not touched.
"""

from __future__ import annotations

from typing import Any

import duckdb
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper, CursorWrapper, Dialect

NAME = "duckdb_gate"


class OwnCursors(ConnectionWrapper):
    def __init__(self, raw: duckdb.DuckDBPyConnection) -> None:
        super().__init__(raw)
        self.raw = raw

    def cursor(self) -> CursorWrapper:
        return CursorWrapper(self.raw.cursor(), self)


class GateDialect(Dialect):
    name = NAME
    supports_statement_cache = False

    def get_columns(
        self, connection: Any, table_name: str, schema: str | None = None, **_: Any
    ) -> list[dict[str, Any]]:
        quote = self.identifier_preparer.quote_identifier
        parts = [quote(part) for part in (schema, table_name) if part]
        rows = connection.exec_driver_sql(f"describe {'.'.join(parts)}").fetchall()
        null_type = sa.types.NullType()
        return [
            {"name": row[0], "type": null_type, "nullable": True, "default": None} for row in rows
        ]

    def get_pk_constraint(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"constrained_columns": [], "name": None}


sa.dialects.registry.register(NAME, __name__, GateDialect.__name__)


def engine_on(connection: duckdb.DuckDBPyConnection) -> sa.Engine:
    """An engine that reads through cursors of `connection`, which stays the caller's to close."""
    return sa.create_engine(f"{NAME}://", creator=lambda: OwnCursors(connection.cursor()))
