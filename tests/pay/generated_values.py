"""What generated companies are made of: few values, so that edges are met and remainders tie."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

NAMES = ("ann", "ben", "cay", "dan", "eve", "fay")
JOBS = ("representative", "manager")
FUNCTIONS = ("sales", "marketing")
DEAL_TYPES = (None, "New Business", "Renewal")
LEAD_SOURCES = (None, "Web", "Partner")
MEASURES = ("revenue", "gross_operating_profit", "bookings")
PERIODS = ("2026-Q1", "2026-Q2", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
# edges of quarters and months, and days inside them
DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2025-12-31", "2026-01-01", "2026-01-15", "2026-01-31", "2026-02-01", "2026-02-28",
        "2026-03-01", "2026-03-15", "2026-03-31", "2026-04-01", "2026-04-05", "2026-05-10",
    )
)  # fmt: skip
AMOUNTS = tuple(
    Decimal(amount)
    for amount in (
        "0", "0.01", "0.05", "99.99", "100", "100.01", "333.33", "500", "1000", "1000.01",
        "2500.50", "99999.99", "-0.01", "-100", "-333.33", "-1000",
    )
)  # fmt: skip
RATES = tuple(Decimal(rate) for rate in ("0", "0.01", "0.05", "0.0725", "0.1", "0.333333", "1"))
SALARIES = (0, 1, 3600001, 6000000, 9999999)
# of annual pay: of the salaries above, less than a cent up to thousands
CAPS = tuple(map(Decimal, ("0", "0.000001", "0.0005", "0.01", "0.5")))
MINIMA = tuple(map(Decimal, ("0", "0.01", "10", "50")))


def often(rnd: Random) -> bool:
    return rnd.random() < 0.8


def seldom(rnd: Random) -> bool:
    return rnd.random() < 0.2
