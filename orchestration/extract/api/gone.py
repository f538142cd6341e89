"""What a source sent beside what has landed: what it no longer has, and what it told before."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration import parquet
from orchestration.contract import RawTable
from orchestration.errors import SourceError
from orchestration.extract.declared_types import literal, quoted
from orchestration.extract.loader_marks import SHOWS_DELETION

# A handful of splits or leads may go in a week; a list of more that comes empty is more likely one
# that we may no longer see.
_FEW = 10


def with_what_is_gone(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    select: str,
    rows: int,
    landed: list[Path],
    shows: tuple[str, str | None] | None,
    came: tuple[str, str] | None = None,
) -> tuple[str, int]:
    """`select` and the last version of each landed record that it lacks, marked as deleted.

    `shows`: the column and value that say so, where the table has none of SHOWS_DELETION. A table
    in which a deletion cannot show keeps the record. `came`: a column and the SELECT whose ids were
    compared; all of them where there is none.
    """
    mark = next((name for name in SHOWS_DELETION if name in table.columns), None)
    if mark:
        column, value = mark, str(SHOWS_DELETION[mark]).lower()
    elif shows:
        column, value = shows[0], "null" if shows[1] is None else literal(shows[1])
    else:
        return select, rows
    if not landed:
        return select, rows
    keys = ", ".join(quoted(key) for key in table.key)
    fields = ", ".join(quoted(name) for name in table.columns)
    version = f"{quoted(table.version)} desc nulls last, " if table.version else ""
    newest = quoted(f"newest_{table.domain}_{table.name}")
    connection.execute(
        f"create or replace temp table {newest} as select * exclude (_rank) from (select *, "
        f"row_number() over (partition by {keys} order by {version}_landing_sequence desc) "
        f"as _rank from {parquet.scan(landed)}) where _rank = 1"
    )
    known = f"select * from {newest} where {quoted(column)} is distinct from {value}"
    if came:
        known = f"{known} and {quoted(came[0])} in (select id from ({came[1]}) as came)"
    there = quoted(f"there_{table.domain}_{table.name}")
    connection.execute(f"create or replace temp table {there} as {select}")
    lost = quoted(f"lost_{table.domain}_{table.name}")
    # of the column's own type, also where it is nothing
    marked = f"if(true, {value}, {quoted(column)}) as {quoted(column)}"
    if table.version:
        # nobody at the source moved the version on: what changed is what we know of it
        after = f"{quoted(table.version)} + interval 1 microsecond"
        marked = f"{marked}, {after} as {quoted(table.version)}"
        _bring_back(connection, table, there, newest, quoted(column), value)
    connection.execute(
        f"create or replace temp table {lost} as "
        f"select {fields} from (select * replace ({marked}) from ({known})) k "
        f"anti join {there} using ({keys})"
    )
    count = connection.execute(f"select count(*) from {lost}").fetchone()[0]
    if count > _FEW and not rows and not came:
        raise SourceError(
            f"{table.domain}.{table.name}: the source has nothing left of {count} records; if they "
            "are gone indeed, declare the domain absent"
        )
    return f"select * from {there} union all by name select * from {lost}", rows + count


def _bring_back(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    there: str,
    newest: str,
    mark: str,
    value: str,
) -> None:
    """What was taken for gone and came again as it was is newer than that it was gone."""
    version = quoted(table.version or "")
    same = " and ".join(f"{there}.{quoted(key)} = gone.{quoted(key)}" for key in table.key)
    offered = [quoted(row[0]) for row in connection.execute(f"describe {there}").fetchall()]
    # the source itself may say that it is gone
    is_back = f" and {there}.{mark} is distinct from {value}" if mark in offered else ""
    connection.execute(
        f"update {there} set {version} = gone.{version} + interval 1 microsecond "
        f"from (select * from {newest} where {mark} is not distinct from {value}) as gone "
        f"where {same} and {there}.{version} <= gone.{version}{is_back}"
    )


def not_told_before(
    connection: duckdb.DuckDBPyConnection, table: RawTable, select: str, landed: list[Path]
) -> tuple[str, int]:
    """The events of `select` that no earlier night has landed, and how many.

    What was, stays as it was told first: a list that is read once more, or a history that is made
    anew from what holds now, would tell it differently.
    """
    new = quoted(f"new_{table.domain}_{table.name}")
    keys = ", ".join(quoted(key) for key in table.key)
    told = f" anti join (select {keys} from {parquet.scan(landed)}) as told using ({keys})"
    connection.execute(
        f"create or replace temp table {new} as select * from ({select}) as read_now"
        f"{told if landed else ''}"
    )
    return f"select * from {new}", connection.execute(f"select count(*) from {new}").fetchone()[0]
