"""The general ledger of the sample company, in cents: what it earns and spends, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from orchestration.sample import clock
from orchestration.sample.draws import Ints
from orchestration.sample.people import HISTORY_START, HORIZON, Pay, People

# code, name, type, class
ACCOUNTS = (
    ("090", "Bank", "BANK", "ASSET"),
    ("200", "Subscription revenue", "SALES", "REVENUE"),
    ("260", "Services revenue", "REVENUE", "REVENUE"),
    ("310", "Hosting and delivery", "DIRECTCOSTS", "EXPENSE"),
    ("320", "Salaries of support and success", "DIRECTCOSTS", "EXPENSE"),
    ("400", "Marketing spend", "OVERHEADS", "EXPENSE"),
    ("477", "Salaries", "OVERHEADS", "EXPENSE"),
    ("480", "Office and travel", "EXPENSE", "EXPENSE"),
    ("610", "Accounts receivable", "CURRENT", "ASSET"),
    ("800", "Accounts payable", "CURRLIAB", "LIABILITY"),
)
MONTHS = np.arange(
    clock.months(np.asarray([HISTORY_START]))[0],
    clock.months(np.asarray([HORIZON]))[0],
    dtype=np.int64,
)
# Revenue per thousand of cost, by quarter of the year: the third is weak, the fourth is strong.
_PER_COST = np.asarray([1_270, 1_300, 1_210, 1_330])


@dataclass
class Book:
    """Cents per month of MONTHS."""

    revenue: Ints
    direct: Ints  # salaries of support and success
    salaries: Ints
    hosting: Ints
    marketing: Ints
    office: Ints

    @property
    def profit(self) -> Ints:
        """Gross operating profit before any bonus."""
        return (
            self.revenue - self.direct - self.salaries - self.hosting - self.marketing - self.office
        )


def keep_book(people: People) -> Book:
    direct, other = _payroll(people)
    salaries = direct + other
    marketing, office, hosting = (salaries * share // 100 for share in (13, 9, 12))
    cost = salaries + marketing + office + hosting
    per_cost = _PER_COST[MONTHS % 12 // 3] + (MONTHS - MONTHS[0])
    return Book(
        cost * per_cost // 10, direct * 100, other * 100, hosting * 100 + 37, marketing * 100 + 11,
        office * 100 + 5,
    )  # fmt: skip


def _payroll(people: People) -> tuple[Ints, Ints]:
    """Whole EUR a month for support and success, and for everybody else."""
    starts = np.asarray([clock.month_start(int(month)) for month in MONTHS], dtype=np.int64)
    direct, other = np.zeros(len(MONTHS), dtype=np.int64), np.zeros(len(MONTHS), dtype=np.int64)
    spells = people.spells_by_employee()
    function = {position.employee: position.function for position in people.positions}
    pay_of: dict[int, list[Pay]] = {}
    for pay in people.pay:
        pay_of.setdefault(pay.employee, []).append(pay)
    for employee, rows in pay_of.items():
        amount = np.zeros(len(MONTHS), dtype=np.int64)
        for pay in rows:
            amount[starts >= pay.start] = pay.amount // 12
        employed = np.zeros(len(MONTHS), dtype=bool)
        for spell in spells[employee]:
            employed |= (spell.hired <= starts) & (starts < spell.left)
        target = direct if function[employee] in ("support", "success") else other
        target += np.where(employed, amount, 0)
    return direct, other


def journal_lines(book: Book, last_day: int) -> list[tuple[Any, ...]]:
    """(journal, line, day, reference, account code, cents): revenue on each working day, costs on
    the month's last; every journal sums to zero. Nothing after `last_day`."""
    rows: list[tuple[Any, ...]] = []
    journal = 0

    def post(day: int, reference: str, legs: list[tuple[str, int]]) -> None:
        nonlocal journal
        journal += 1
        if day <= last_day:
            rows.extend(
                (journal, at + 1, day, reference, code, cents)
                for at, (code, cents) in enumerate(legs)
            )

    for at, month in enumerate(MONTHS):
        first, after = clock.month_start(int(month)), clock.month_start(int(month) + 1)
        days = [day for day in range(first, after) if (day + 3) % 7 < 5]
        revenue = int(book.revenue[at])
        part = revenue // len(days)
        for day in days:
            today = part + (revenue - part * len(days) if day == days[-1] else 0)
            services = today // 8
            legs = [("610", today), ("200", services - today), ("260", -services)]
            post(day, "Revenue of the day", legs)
        direct, salaries = int(book.direct[at]), int(book.salaries[at])
        post(days[-1], "Payroll", [("320", direct), ("477", salaries), ("800", -direct - salaries)])
        costs = [int(column[at]) for column in (book.hosting, book.marketing, book.office)]
        legs = list(zip(("310", "400", "480"), costs, strict=True))
        post(days[-1], "Costs of the month", [*legs, ("800", -sum(costs))])
    return rows


def closing_day(month: int) -> int:
    """Books close on the fifth working day of the next month. Those of 2025 were closed on its
    last day, before the first delivery: the sample begins with a year that is settled."""
    first = clock.month_start(month + 1)
    if month < (2026 - 1970) * 12:
        return min(first + 7, clock.month_start((2026 - 1970) * 12) + 1)
    return [day for day in range(first, first + 15) if (day + 3) % 7 < 5][4]
