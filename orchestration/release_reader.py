"""Open a release's files and read rows of them, with the user's own rights and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration import parquet, release
from orchestration.errors import NightError

Row = dict[str, Any]


@contextmanager
def reading(
    home: Path,
    manifest: dict[str, Any],
    audience: str,
    catalogue: str = "release",
    is_alone: bool = True,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which the audience's file of a release is `catalogue`, in use and read only.

    Raises NightError where the file is not for this user, or not what was released (S07).
    """
    release.refuse_damaged(home, manifest, audience)
    path = release.file(home, manifest["release_id"], audience)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        try:
            # under a name of its own: in a database called people, a schema called people is
            # ambiguous
            connection.execute(f"attach {parquet.literal(path)} as {catalogue} (read_only)")
        except duckdb.IOException as error:
            raise NightError(
                f"{path} cannot be opened ({str(error).splitlines()[0]}); tables with pay are open "
                "to the user who runs the nights only"
            ) from None
        connection.execute(f"use {catalogue}")
        if audience == "bi" and is_alone:
            # what everybody may ask of the file for everybody reaches no other file
            connection.execute("set enable_external_access = false")
        yield connection


def select(
    connection: duckdb.DuckDBPyConnection, statement: str, *values: Any, **named: Any
) -> list[Row]:
    """What a statement gives, a mapping a row; its parameters by place or by name."""
    found = connection.execute(statement, named or list(values))
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def first(found: list[Row]) -> Row | None:
    return found[0] if found else None


def employee(connection: duckdb.DuckDBPyConnection, number: str) -> Row:
    found = select(
        connection, "select * from people.dim_employees where employee_number = ?", number
    )
    if not found:
        raise NightError(f"no employee has the number {number}")
    return found[0]


def period(connection: duckdb.DuckDBPyConnection, key: str) -> Row:
    found = select(connection, "select * from people.dim_periods where period_key = ?", key)
    if not found:
        raise NightError(
            f"{key} is no period of the fiscal calendar; periods are 2026-01, 2026-Q1, FY2026"
        )
    return found[0]
