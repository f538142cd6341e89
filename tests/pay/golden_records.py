"""What colleagues do for each other and for a goal, in a golden case's timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tests.pay import records
from tests.pay.company import Row

_OF_TWO = ("recognised", "mentored", "helped")
_OF_ONE = ("approved", "rated", "done", "away")


def colleagues_of(row: Row) -> list[str]:
    """Who is named by an event of this kind."""
    if row["event"] in _OF_TWO:
        return list(_two(row))
    return [row["who"]] if row["event"] in _OF_ONE else []


def records_of(known: list[Row]) -> Iterator[records.Record]:
    approved = {row["about"]: row["who"] for row in known if row["event"] == "approved"}
    confirmed = {row["about"] for row in known if row["event"] == "confirmed"}
    for number, row in enumerate(known):
        event, about, at = row["event"], row["about"], row["date"]
        if event == "recognised":
            yield records.recognition(about, *_two(row), at, approved.get(about))
        elif event == "mentored":
            yield records.mentoring(about, *_two(row), at, about in confirmed)
        elif event == "helped":
            yield records.help_given(f"H{number}", *_two(row), at.date())
        elif event == "rated":
            assert about in ("good", "bad"), f"{row['who']} is rated {about}?"
            yield records.rating(f"S{number}", row["who"], at, about == "good")
        elif event == "done":
            asked = at - timedelta(minutes=int(Decimal(row["amount"]) * 60))
            yield records.task(f"T{number}", row["who"], about, asked, at)
        elif event == "away":
            yield records.leave(row["who"], at.date(), date.fromisoformat(about))
        elif event == "lead":
            yield records.lead(*about.split(" "), at.date())


def _two(row: Row) -> tuple[str, str]:
    giver, _, taker = row["who"].partition(" to ")
    assert giver and taker, f"{row['event']} by whom to whom: {row['who']}?"
    return giver, taker
