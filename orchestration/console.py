"""What a person sees at the command line. Nothing here decides anything."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from orchestration import night, release, vault
from orchestration.console_text import out, printable
from orchestration.errors import NightError
from orchestration.release_reader import reading
from orchestration.settings import Settings

_out = Console(highlight=False)


@contextmanager
def progress(run_date: date) -> Iterator[None]:
    """A line a stage while a night runs."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<13}"),
        TextColumn("{task.fields[what]}"),
    )
    bar = Progress(*columns, TimeElapsedColumn(), console=_out)
    tasks: dict[str, int] = {}
    _out.print(f"The night of {run_date}")

    def hear(stage: str, what: str) -> None:
        if stage == "gate":
            return
        if stage not in tasks:
            for task in tasks.values():
                bar.stop_task(task)
                bar.update(task, completed=1)
            tasks[stage] = bar.add_task(stage, total=1, what="")
        bar.update(tasks[stage], what=what)

    with bar:
        starting = bar.add_task("starting", total=1, what="reading code and settings")
        tasks["starting"] = starting
        night.listeners.append(hear)
        try:
            yield
        finally:
            night.listeners.remove(hear)
            for task in tasks.values():
                bar.update(task, completed=1)


@contextmanager
def working(title: str) -> Iterator[Callable[[str], None]]:
    started = time.monotonic()
    with _out.status(title) as status:
        yield lambda what: status.update(f"{title}: {what}")
    _out.print(f"{title}: {time.monotonic() - started:.1f} s")


def sample_made(folder: Path, summary: object) -> None:
    rows = sum(summary.rows.values())  # type: ignore[attr-defined]
    _out.print(f"{rows:,} rows in {folder}; run `winshare night` next")


def published(settings: Settings) -> None:
    """The few lines that end a night: what was published, what gates said, how to look."""
    home = settings.home
    manifest = release.current(home)
    assert manifest is not None, "a night that succeeded has published"
    folder = release.folder(home) / release.POINTER
    rows = sum(entry["rows"] for entry in manifest["tables"])
    _out.print(
        f"\nPublished release [bold]{manifest['release_id']}[/bold]: "
        f"{len(manifest['tables'])} tables, {rows:,} rows"
    )
    for gate, said in _gates(folder):
        _out.print(f"  gate {gate:<22} {said}")
    money = _register_totals(folder)
    _out.print(f"\nPayout register (draft): {money}")
    _out.print(
        f"  register   {folder}/finance/payout_register.draft.xlsx (also .csv, .parquet)",
        soft_wrap=True,
    )
    _out.print(
        f"  tables     duckdb {folder}/bi.duckdb   or   winshare show funnel.fct_opportunities",
        soft_wrap=True,
    )
    _out.print("  graph      make ui   (Dagster, on http://127.0.0.1:3000)")


def _gates(folder: Path) -> list[tuple[str, str]]:
    """What the gates said, a line a gate of the flow; landing stands one a domain."""
    from expectations import GATES

    with duckdb.connect(str(folder / "bi.duckdb"), read_only=True) as reader:
        evidence = reader.execute(
            "select gate, status from operations.fct_gate_evidence"
        ).fetchall()
    layer = {gate.name: gate.layer for gate in GATES}
    said: dict[str, list[str]] = {name: [] for name in dict.fromkeys(layer.values())}
    for gate, status in evidence:
        said.setdefault(layer.get(gate, "of another version"), []).append(status)
    return [(name, _in_words(statuses)) for name, statuses in said.items()]


def _in_words(statuses: list[str]) -> str:
    if not statuses:
        return "left no evidence"
    if set(statuses) == {"absent"}:
        return "absent by declaration"
    return f"{statuses.count('passed')} of {len(statuses)} rules hold"


def _register_totals(folder: Path) -> str:
    path = folder / "finance" / "finance.duckdb"
    try:
        with duckdb.connect(str(path), read_only=True) as reader:
            count, currencies = reader.execute(
                "select count(distinct payee_employee_key), count(distinct currency_code) "
                "from bonus.fct_payouts"
            ).fetchone()
    except duckdb.IOException:
        return "kept from this user"
    payees = "1 payee" if count == 1 else f"{count:,} payees"
    return f"{payees} in {currencies} {'currency' if currencies == 1 else 'currencies'}"


def releases(home: Path) -> None:
    found = release.releases(home)
    if not found:
        raise NightError(f"there is no release in {home} yet; run `winshare night`")
    now = release.current(home)
    table = Table(box=None)
    for column in ("", "release", "run date", "tables", "rows", "parent"):
        # an id that is cut off is no id
        table.add_column(column, overflow="fold")
    for manifest in found:
        is_current = now is not None and manifest["release_id"] == now["release_id"]
        table.add_row(
            "*" if is_current else "",
            manifest["release_id"],
            manifest["run_date"],
            str(len(manifest["tables"])),
            f"{sum(entry['rows'] for entry in manifest['tables']):,}",
            manifest["parent_release_id"] or "",
        )
    out.print(table)


def table(home: Path, name: str, rows: int, where: str | None) -> None:
    """Rows of one published table. Raises NightError when there is none of that name."""
    manifest = release.required(home)
    entry = next((entry for entry in manifest["tables"] if entry["table"] == name), None)
    if entry is None:
        known = sorted(entry["table"] for entry in manifest["tables"])
        near = difflib.get_close_matches(name, known, n=3) or known
        raise NightError(
            f"{name} is not published in release {manifest['release_id']}; "
            f"{'did you mean' if len(near) < len(known) else 'published are'} {', '.join(near)}"
        )
    audience = next(one for one in release.FILES if one in entry["audience"])
    with reading(home, manifest, audience) as connection:
        columns, found = _rows(connection, name, rows, where)
    named = [dict(zip(columns, row, strict=True)) for row in found]
    named = vault.revealed(home, named, f"show {name}", datetime.now(UTC))
    found = [tuple(row.values()) for row in named]
    _print_rows(columns, found)
    shown = f"{len(found):,} of " if len(found) < entry["rows"] else ""
    noun = "row" if entry["rows"] == 1 else "rows"
    _out.print(f"{shown}{entry['rows']:,} {noun} in release {manifest['release_id']}")


def _print_rows(columns: list[str], rows: list[tuple]) -> None:
    """A table where it fits the screen; else each row as lines of its own, a column a line."""
    shown = Table(box=None)
    for column in columns:
        shown.add_column(Text(column))
    cells = [[printable(value) for value in row] for row in rows]
    for row in cells:
        shown.add_row(*(Text(cell) for cell in row))
    wide = _out.options.update(max_width=1_000_000)
    if Measurement.get(_out, wide, shown).maximum <= _out.width:
        _out.print(shown)
        return
    indent = max(len(column) for column in columns)
    for row in cells:
        for column, cell in zip(columns, row, strict=True):
            _out.print(Text(f"{column:<{indent}}  {cell}"), soft_wrap=True)
        _out.print()


def _rows(
    connection: duckdb.DuckDBPyConnection, name: str, rows: int, where: str | None
) -> tuple[list[str], list[tuple]]:
    condition = f" where ({where})" if where else ""
    connection.execute("set enable_external_access = false")
    try:
        result = connection.execute(f"select * from {name}{condition} limit {rows:d}")
        return [column[0] for column in result.description], result.fetchall()
    except duckdb.Error as error:
        raise NightError(f"--where does not work on {name}: {str(error).splitlines()[0]}") from None


def verified(home: Path, release_id: str | None) -> None:
    manifest = release.required(home, release_id)
    problems = release.verify(release.folder(home) / manifest["release_id"])
    if problems:
        raise NightError(f"release {manifest['release_id']} is damaged: " + "; ".join(problems))
    _out.print(
        f"release {manifest['release_id']}: {len(manifest['files'])} files are what was released"
    )


def findings(found: list) -> None:
    for finding in found:
        mark = "[green]ok[/green]  " if finding.is_good else "[red]bad[/red] "
        _out.print(f"{mark} {finding.what:<13} {escape(finding.said)}", soft_wrap=True)
    bad = [finding for finding in found if not finding.is_good]
    if bad:
        raise NightError(f"{len(bad)} of {len(found)} findings are bad; a night would fail here")
