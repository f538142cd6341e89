"""How rules write SQL: names, literals and dates of the night, exact and never bound as floats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Expression:
    """SQL that stands for one value, and the words for it."""

    sql: str
    words: str


Bound = int | Decimal | date | str | Expression


def run_date(plus_days: int = 0) -> Expression:
    """The night's business date, or so many days after it. Never the wall clock."""
    sql = "(select max(run_date) from raw_night.run)"
    if plus_days == 0:
        return Expression(sql, "the night's date")
    return Expression(
        f"({sql} + {plus_days})",
        f"{abs(plus_days)} days {'after' if plus_days > 0 else 'before'} the night's date",
    )


def last_good_night() -> Expression:
    """The date of the newest night before this one that was published; null before there is one."""
    sql = f"(select max(run_date) from raw_night.releases where run_date < {run_date().sql})"
    return Expression(sql, "the last good night")


def name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def relation(table: str) -> str:
    schema, _, bare = table.partition(".")
    return f"{name(schema)}.{name(bare)}"


def literal(value: Bound | bool) -> str:
    """The exact SQL literal of `value`.

    Raises TypeError for a float: it would be compared inexactly with money (S05).
    """
    if isinstance(value, Expression):
        return value.sql
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"a {type(value).__name__} is no exact bound; say it as int or Decimal")


def words(value: Bound | bool) -> str:
    if isinstance(value, Expression):
        return value.words
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def listed(things: tuple[str, ...]) -> str:
    """a; a and b; a, b and c."""
    if len(things) < 2:
        return "".join(things)
    return ", ".join(things[:-1]) + " and " + things[-1]
