"""Compiled models of attribution, run in memory on made rows."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.portability.compiled import by_name

Rows = list[dict[str, Any]]


def run(sql: str, inputs: dict[str, tuple[dict[str, str], Rows]]) -> Rows:
    """The rows of a compiled model over `inputs`: {name: ({column: type}, rows)}."""
    with duckdb.connect() as connection:
        for name, (columns, rows) in inputs.items():
            fields = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            connection.execute(f"create table {name} ({fields})")
            if rows:
                # whole columns: a row at a time takes a minute for the largest game
                given = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in columns.values())
                values = [[row.get(column) for row in rows] for column in columns]
                connection.execute(f"insert into {name} select {given}", values)
        found = connection.execute(by_name(sql))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
