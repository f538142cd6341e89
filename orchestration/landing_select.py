"""The SELECT that turns what a source gave into what the raw contract promises.

Every declared column is cast strictly: what cannot be read stops the landing and is named by
table, column and count, never by value. An optional column the source lacks is null, a required
one is refused by name, a column nobody reads is reported.
"""

from __future__ import annotations

from datetime import date

import duckdb

from orchestration.contract import RawColumn, RawTable
from orchestration.errors import SourceError


def row_hash(columns: list[str]) -> str:
    """SQL of a hash over all rows: md5 of each row's text, added up.

    Independent of the order of rows and of the engine's version (`hash()` promises neither).
    """
    fields = ", ".join(f"coalesce(cast(\"{column}\" as varchar), '\\N')" for column in columns)
    text = f"concat_ws(chr(31), {fields})"
    return f"cast(coalesce(sum(cast(md5_number_lower({text}) as hugeint)), 0) as varchar)"


def landing_select(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    select: str,
    run_date: date,
    sequence: int,
) -> tuple[str, list[str], list[str]]:
    """The typed, ordered SELECT, the optional columns that were missing, the columns unread."""
    name = f"{table.domain}.{table.name}"
    try:
        offered = {row[0]: row[1] for row in connection.execute(f"describe {select}").fetchall()}
    except duckdb.Error as error:
        raise SourceError(f"{name}: the source cannot be read: {first_line(error)}") from None
    missing = [column for column in table.columns if column not in offered]
    required = [column for column in missing if table.columns[column].required]
    if required:
        raise SourceError(
            f"{name}: required column {', '.join(required)} is gone from the source; "
            f"it offers {', '.join(offered)}"
        )
    _refuse_unreadable(connection, table, select, offered)
    columns = ",\n    ".join(_typed(column, offered) for column in table.columns.values())
    # the key first, then everything, so that the same rows give the same bytes in any order
    order = [*table.key, *(column for column in table.columns if column not in table.key)]
    if table.rollup:
        order = ["timestamp", *table.key, *(c for c in order if c not in ("timestamp", *table.key))]
    # numbered: a column of the night never takes a name of the source's
    positions = [list(table.columns).index(column) + 1 for column in order]
    by = ", ".join(f"{position} nulls first" for position in positions)
    typed = (
        f"select\n    {columns},\n    date '{run_date.isoformat()}' as _landed_run_date,\n"
        f"    cast({sequence} as bigint) as _landing_sequence\n"
        f"from ({select}) as offered\norder by {by}"
    )
    return typed, missing, sorted(set(offered) - set(table.columns))


def _typed(column: RawColumn, offered: dict[str, str]) -> str:
    if column.name not in offered:
        return f'cast(null as {column.data_type}) as "{column.name}"'
    return f'{_cast("cast", column, offered[column.name])} as "{column.name}"'


def _cast(cast: str, column: RawColumn, given: str) -> str:
    """The cast, strict or trying, of a value of type `given` to the declared type."""
    value = f'offered."{column.name}"'
    if given == "VARCHAR" and column.data_type == "timestamp":
        # straight to timestamp the engine drops an offset (10:00+02:00 would stay 10:00)
        value = f"{cast}({value} as timestamp with time zone)"
    return f"{cast}({value} as {column.data_type})"


def _refuse_unreadable(
    connection: duckdb.DuckDBPyConnection, table: RawTable, select: str, offered: dict[str, str]
) -> None:
    """Raise SourceError naming each column with values that its type cannot hold exactly."""
    checks = {}
    for column in table.columns.values():
        given = offered.get(column.name)
        if given is None:
            continue
        unreadable = _unreadable(column, given)
        if unreadable:
            checks[f"{column.name} holds what is no {column.data_type}"] = unreadable
        if column.required:
            checks[f"required column {column.name} is empty"] = f'"{column.name}" is null'
    if not checks:
        return
    counts = ", ".join(f"count(*) filter (where {condition})" for condition in checks.values())
    try:
        found = connection.execute(f"select {counts} from ({select}) as offered").fetchone()
    except duckdb.Error as error:
        raise SourceError(
            f"{table.domain}.{table.name}: the source cannot be read: {first_line(error)}"
        ) from None
    failing = [
        f"{what} in {count} rows" for what, count in zip(checks, found, strict=True) if count
    ]
    if failing:
        raise SourceError(f"{table.domain}.{table.name}: " + "; ".join(failing))


def _unreadable(column: RawColumn, given: str) -> str | None:
    """The condition under which a value of type `given` cannot become the declared type."""
    if given.lower() == column.data_type or column.data_type == "text":
        return None
    value, typed = f'offered."{column.name}"', _cast("try_cast", column, given)
    unreadable = f"{value} is not null and {typed} is null"
    if given == "VARCHAR" and column.data_type.startswith(("decimal", "bigint")):
        # a cast rounds in silence; an amount or a count is read exactly or not at all
        unreadable += f" or try_cast({value} as decimal(38, 12)) <> {typed}"
    return f"({unreadable})"


def first_line(error: duckdb.Error) -> str:
    """What the engine said, without the values it quotes."""
    if isinstance(error, (duckdb.ConversionException, duckdb.InvalidInputException)):
        return "it holds a value that cannot be read as its column's type"
    return str(error).splitlines()[0]
