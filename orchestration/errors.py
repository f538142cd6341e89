"""What goes wrong in ways a person can mend: each message says what, where, and what to do."""

from __future__ import annotations


class NightError(Exception):
    """A night cannot go on."""


class SourceError(NightError):
    """A source does not give what the contract asks.

    The message says which domain, table and column. It never holds a value: the columns that
    fail are as often as not somebody's pay.
    """
