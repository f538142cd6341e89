"""About 100,000 generated rows of money, hard ones among them: signs, ties, zeros, currencies."""

from __future__ import annotations

import random
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal

ROWS = 100_000
SEED = 20260105
DIGITS = {"JPY": 0, "EUR": 2, "USD": 2, "KWD": 3}
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")


@dataclass(frozen=True)
class Row:
    """One part of a whole, and inputs for each macro. The names are the columns, TYPES their types.

    whole_minor is the same for all parts of a group; amount is in major units; tied_dividend over
    divisor often ends in exactly one half.
    """

    part_id: int
    group_id: int
    part_key: str
    whole_minor: int
    other_minor: int
    weight: int
    amount: Decimal
    minor_digits: int | None
    to_minor_digits: int
    fx_rate: Decimal
    amount_minor: int
    tied_dividend: int
    divisor: int
    rate: Decimal
    instant: datetime
    day: date
    day_count: int
    zone: str
    word: str | None


TYPES = {
    "part_id": "bigint", "group_id": "bigint", "part_key": "varchar", "whole_minor": "bigint",
    "other_minor": "bigint", "weight": "bigint", "amount": "decimal(24, 6)",
    "minor_digits": "integer", "to_minor_digits": "integer", "fx_rate": "decimal(18, 9)",
    "amount_minor": "bigint", "tied_dividend": "bigint", "divisor": "bigint",
    "rate": "decimal(9, 6)", "instant": "timestamp", "day": "date", "day_count": "integer",
    "zone": "varchar", "word": "varchar",
}  # fmt: skip


def generated(count: int = ROWS, seed: int = SEED) -> list[Row]:
    """The rows of a seed, groups of 1 to 9 parts in shuffled order; the same on every machine."""
    draw = random.Random(seed)
    rows: list[Row] = []
    group = 0
    while len(rows) < count:
        group += 1
        whole = _money(draw)
        other = draw.choice([-whole, _money(draw)])
        size = draw.randint(1, 9)
        # equal weights tie in every remainder; weights of nothing leave a whole to nobody
        weights = draw.choice(
            [
                [1] * size,
                [0] * size,
                [draw.randint(0, 3) for _ in range(size)],
                [draw.randint(1, 1_000_000) for _ in range(size)],
            ]
        )
        for weight in weights:
            rows.append(_row(draw, len(rows), group, whole, other, weight))
    draw.shuffle(rows)
    return rows


def _money(draw: random.Random) -> int:
    size = 10 ** draw.randint(0, 12)
    return draw.choice([0, 1, -1, draw.randint(-size, size), draw.randint(-size, size)])


def _row(draw: random.Random, number: int, group: int, whole: int, other: int, weight: int) -> Row:
    digits = draw.choice([*DIGITS.values(), None, 9])
    to_digits = draw.choice(list(DIGITS.values()))
    # a half of the smallest unit, to be rounded away from zero
    half = Decimal(5).scaleb(-1 - (digits if digits in (0, 2, 3) else 2))
    amount = Decimal(draw.randint(-(10**9), 10**9)).scaleb(-draw.randint(0, 6))
    if draw.random() < 0.4:
        amount = amount.quantize(half * 2) + half * draw.choice([-1, 1])
    divisor = draw.choice([0, 1, 2, 3, 4, 6, 7, 200, draw.randint(1, 10**9)])
    instant = datetime(2023, 1, 1) + timedelta(
        seconds=draw.randint(0, 3 * 365 * 86_400), microseconds=draw.choice([0, 1, 999_999, 500])
    )
    return Row(
        part_id=number,
        group_id=group,
        # not in the order of the numbers, so that ties are broken by the key and nothing else
        part_key=f"{(number * 7919) % 100_003:06d}-{number}",
        whole_minor=whole,
        other_minor=other,
        weight=weight,
        amount=amount,
        minor_digits=digits,
        to_minor_digits=to_digits,
        fx_rate=Decimal(draw.choice([500_000_000, 1_000_000_000, draw.randint(1, 10**12)])).scaleb(
            -9
        ),
        amount_minor=_money(draw),
        tied_dividend=draw.choice([1, -1]) * (divisor * draw.randint(0, 10**6) + divisor // 2),
        divisor=divisor,
        rate=Decimal(draw.randint(0, 10**6)).scaleb(-6),
        instant=instant,
        day=instant.date(),
        day_count=draw.randint(-400, 400),
        zone=draw.choice(ZONES),
        word=draw.choice([None, "", "Zoë", "a|b", "0012A00001AbcDE", "0012A00001abcde", "x" * 18]),
    )


def names() -> list[str]:
    return [field.name for field in fields(Row)]


def as_text(row: Row) -> list[str]:
    """A row as CSV fields; null is a backslash and N."""
    return ["\\N" if value is None else str(value) for value in astuple(row)]
