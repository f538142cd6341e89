"""What a source offers of a domain, read as a night would read it, and landed nowhere."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration import contract
from orchestration.contract import RawTable
from orchestration.errors import SourceError
from orchestration.extract import ways
from orchestration.extract.declared_types import quoted
from orchestration.landing import Extract
from orchestration.landing_select import landing_select
from orchestration.settings import DomainSource


@dataclass(frozen=True)
class TableSeen:
    """One table of ours. rows: none where the source has no such table.

    renamed: our column -> the source's, where they differ. missing: columns that the source lacks.
    empty: columns that it has, with nothing in any row. unread: its columns that nobody reads.
    problem: why a night would stop here.
    """

    name: str
    is_required: bool
    rows: int | None = None
    renamed: dict[str, str] | None = None
    missing: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    problem: str | None = None


def look(
    name: str, source: DomainSource, days: int, landed: tuple[Path, date] | None = None
) -> list[TableSeen]:
    """Every table of a domain, as its source offers it. Raises SourceError where there is none.

    landed: a home and a night of it, whose pages are read instead of asking the source.
    """
    domain = contract.domains()[name]
    if source.way == "absent":
        raise SourceError(f'{name}: declared absent; set way under [domains.{name}] to "api", '
                          '"tables" or "files"')  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="winshare-") as aside, duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        if landed:
            extract = ways.read_again(connection, domain, source, *landed)
        else:
            extract = ways.look(connection, domain, source, Path(aside), days)
        return [_seen(connection, table, extract) for table in domain.tables.values()]


def _seen(connection: duckdb.DuckDBPyConnection, table: RawTable, extract: Extract) -> TableSeen:
    select = extract.selects.get(table.name)
    if select is None:
        problem = "the source has no such table, and it is required" if table.required else None
        return TableSeen(table.name, table.required, problem=problem)
    try:
        typed, missing, unread = landing_select(connection, table, select, date.max, 1)
    except SourceError as error:
        said = str(error).removeprefix(f"{table.domain}.{table.name}: ")
        return TableSeen(table.name, table.required, problem=said)
    columns = [name for name in table.columns if name not in missing]
    counts = "".join(f", count({quoted(name)})" for name in columns)
    rows, *filled = connection.execute(f"select count(*){counts} from ({typed}) as t").fetchone()
    fed_by = (extract.fed_by or {}).get(table.name, {})
    return TableSeen(
        name=table.name,
        is_required=table.required,
        rows=rows,
        renamed={ours: _plain(theirs) for ours, theirs in fed_by.items() if _plain(theirs) != ours},
        missing=tuple(missing),
        empty=tuple(n for n, count in zip(columns, filled, strict=True) if rows and not count),
        unread=tuple(unread),
    )


def _plain(expression: str) -> str:
    """A column's name as a person writes it; what is more than a name stays as it is."""
    inner = expression[1:-1]
    return inner if expression == quoted(inner) else expression
