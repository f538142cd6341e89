"""What a person sees of a company's own sources."""

from __future__ import annotations

from datetime import date

from rich.markup import escape

from orchestration.connect import TableSeen
from orchestration.console_text import out
from orchestration.errors import NightError
from orchestration.settings import DomainSource


def connected(
    domain: str, source: DomainSource, days: int, found: list[TableSeen], night: date | None = None
) -> None:
    """Each table, what feeds it, what will be null. Raises NightError where a night would stop."""
    vendor = f", {source.vendor}" if source.vendor else ""
    span = f"; rows are those of the last {days} days" if source.way == "api" else ""
    span = f"; rows are those that landed on {night}" if night else span
    _say(f"{domain}: {source.way}{vendor}{span}")
    for table in found:
        _table(table)
    stopped = [table.name for table in found if table.problem]
    if stopped:
        raise NightError(f"{domain}: a night would stop at {', '.join(stopped)}")
    _say(f"a night could land {domain}")


def _table(table: TableSeen) -> None:
    if table.problem:
        _say(f"[red]bad[/red]   {table.name}: {escape(table.problem)}")
        return
    if table.rows is None:
        _say(f"[dim]none[/dim]  {table.name}: not at the source; it will be empty")
        return
    _say(f"[green]ok[/green]    {table.name}: {table.rows:,} rows")
    renamed = [f"{ours} from {theirs}" for ours, theirs in (table.renamed or {}).items()]
    for what, names in (
        ("other names", renamed),
        ("will be null", table.missing),
        ("null in every row", table.empty),
        ("not read", table.unread),
    ):
        if names:
            _say(f"      {what}: {escape(', '.join(names))}")


def _say(line: str) -> None:
    out.print(line, soft_wrap=True)
