"""What a person sees of plans that are checked. Nothing here decides."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.plan_check import Fault

_UNFOLDED = 1_000
_out = Console(highlight=False, width=None if sys.stdout.isatty() else _UNFOLDED)


@contextmanager
def working(what: str) -> Iterator[None]:
    with _out.status(what):
        yield


def checked(folder: Path, faults: list[Fault], employees_known: bool) -> None:
    """A row a fault, as editors and other programs read places: file:line."""
    if not employees_known:
        _out.print(
            "without a release nobody knows who works here: employee numbers are not checked"
        )
    if not faults:
        _out.print(f"{folder}: nothing is wrong")
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for fault in faults:
        place = f"{fault.file}:{fault.row}" if fault.row else fault.file
        table.add_row(Text(_printable(place)), Text(_printable(fault.what)))
    _out.print(table)
    rows = len({(fault.file, fault.row) for fault in faults})
    _out.print(
        f"{folder}: {rows} {'place is' if rows == 1 else 'places are'} wrong; a night would stop"
    )


def _printable(text: str) -> str:
    """Text that does nothing to the terminal it is shown on (F64)."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
