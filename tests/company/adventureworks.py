"""The AdventureWorks example with its data beside it, and what it must come to.

The figures are recomputed here from the exported files, in Python's own decimals and dates, and
never through a mapping or a model.
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from orchestration import contract

EXAMPLE = contract.PROJECT / "examples" / "adventureworks"

# quota dates, territory dates and currency rates lie this many days behind the orders
SHIFT = timedelta(days=4017)
CENT = Decimal("0.01")

# What the data's own documentation gives: attainment by salesperson and first day of the quarter.
GIVEN_ATTAINMENT = {
    ("274", date(2011, 5, 31)): Decimal("0.8066"),
    ("275", date(2011, 5, 31)): Decimal("0.8304"),
    ("276", date(2011, 5, 31)): Decimal("0.7207"),
    ("277", date(2011, 5, 31)): Decimal("0.8055"),
    ("274", date(2011, 8, 31)): Decimal("0.9059"),
    ("275", date(2011, 8, 31)): Decimal("0.8039"),
    ("276", date(2011, 8, 31)): Decimal("0.8768"),
}
GIVEN_ORDERS = 1566
GIVEN_SOLD_ORDERS = 406
GIVEN_SOLD = Decimal("8778552.06")


def example(to: Path, data: Path) -> Path:
    """A copy of the example's folder with the data where its settings expect it."""
    shutil.copytree(EXAMPLE, to, ignore=shutil.ignore_patterns("data", ".winshare"))
    (to / "data").symlink_to(data)
    return to / "winshare.toml"


@dataclass(frozen=True)
class Expected:
    """By salesperson and first day of the quarter; commission in cents by the same."""

    sold: dict[tuple[str, date], Decimal]
    quota: dict[tuple[str, date], Decimal]
    commission_minor: dict[tuple[str, date], int]


def expected(data: Path) -> Expected:
    quota = {
        (row[0], date.fromisoformat(row[1][:10]) - SHIFT): Decimal(row[2])
        for row in _rows(data / "ms_SalesPersonQuotaHistory.tsv")
    }
    starts = sorted({start for _, start in quota})
    rate = {row[0]: Decimal(row[4]) for row in _rows(data / "ms_SalesPerson.tsv")}
    sold: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    with (data / "seed_salesorderheader.csv").open(encoding="utf-8", newline="") as stream:
        for order in csv.DictReader(stream):
            if order["salespersonid"]:
                day = date.fromisoformat(order["orderdate"][:10])
                quarter = max(start for start in starts if start <= day)
                # to the cent at each order, half away from zero
                sold[order["salespersonid"], quarter] += Decimal(order["subtotal"]).quantize(
                    CENT, ROUND_HALF_UP
                )
    commission = {
        (person, quarter): int((amount * 100 * rate[person]).quantize(Decimal(1), ROUND_HALF_UP))
        for (person, quarter), amount in sold.items()
    }
    return Expected(dict(sold), quota, commission)


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
