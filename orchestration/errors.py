"""What goes wrong in ways a person can mend: each message says what, where, and what to do."""

from __future__ import annotations

import builtins

# Of these the text names files, tables or columns only. The others quote what they could not
# read, and that is as often as not somebody's pay.
_SAYS_NO_VALUE = {
    "BinderException",
    "CatalogException",
    "IOException",
    "NightError",
    "OutOfMemoryException",
    "Refused",
    "SourceError",
}


class NightError(Exception):
    """A night cannot go on."""


class SourceError(NightError):
    """A source does not give what the contract asks.

    The message says which domain, table and column. It never holds a value: the columns that
    fail are as often as not somebody's pay.
    """


def in_words(kind: str, message: str) -> str:
    """An error of class `kind` as a log, a mail or a page may tell it: never with a value."""
    of_system = getattr(builtins, kind, None)
    is_of_system = isinstance(of_system, type) and issubclass(of_system, OSError)
    if kind in _SAYS_NO_VALUE or is_of_system:
        said = message.strip()
        # Dagster writes the class before the message
        head, _, rest = said.partition(": ")
        return rest if rest and head.rsplit(".", 1)[-1] == kind else said
    return f"{kind}, a fault nobody foresaw; `winshare --debug` shows where, and is worth a report"
