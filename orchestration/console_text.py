"""Where what a person sees is printed, and text that does nothing to the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

# a tree or a table is folded to the screen; in a pipe or a file nothing is, so that keys are found
_UNFOLDED = 1_000
out = Console(highlight=False, width=None if sys.stdout.isatty() else _UNFOLDED)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Something to look at while `what` goes on."""
    with out.status(what):
        yield


def printable(value: object) -> str:
    """A value with its control signs spelled out (F64); nothing for null."""
    text = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def literal(value: object) -> Text:
    """The same, and never read as markup."""
    return Text(printable(value))
