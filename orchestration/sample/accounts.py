"""The companies that are sold to, and the people in them.

Customers carry many deals, prospects exactly one; the deals of a later night open at companies
of that night. So no later night can change what an earlier one says about a deal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from orchestration.sample import clock
from orchestration.sample.draws import Flags, Ints, below, stream, weighted
from orchestration.sample.people import HISTORY_START
from orchestration.sample.sizes import Size

CURRENCIES = ("EUR", "USD", "JPY", "KWD")
# EUR in micro-units for one unit of each currency: sizes amounts only, never converts pay.
EUR_MICRO = np.asarray([1_000_000, 925_000, 6_400, 3_010_000], dtype=np.int64)
COUNTRIES = ("Germany", "United States", "Japan", "Kuwait")
MOST_CONTACTS = 8  # contacts are numbered account * 8 + place


@dataclass
class Accounts:
    """One row a company; `created_at` is an instant, `contacts` how many people it has."""

    number: Ints
    is_customer: Flags
    first_name: Ints
    second_name: Ints
    industry: Ints
    currency: Ints
    segment: Ints  # 0 small, 1 medium, 2 large
    created_at: Ints
    contacts: Ints  # how many

    def __len__(self) -> int:
        return len(self.number)

    @staticmethod
    def all_of(parts: list[Accounts]) -> Accounts:
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        return Accounts(*(np.concatenate(column) for column in columns))


def found_accounts(size: Size, seed: int, cohort: int, first_day: int) -> Accounts:
    """Cohort 0: everybody of the base history; cohort k: one new company a deal of that day."""
    rng = stream(seed, "accounts", size.name, cohort)
    today = first_day + cohort - 1
    if cohort == 0:
        count, start = size.customers + size.prospects, 0
    else:
        count = size.daily_opportunities if (today + 3) % 7 < 5 else 0
        start = size.customers + size.prospects + (cohort - 1) * size.daily_opportunities
    is_customer = np.arange(count) < (size.customers if cohort == 0 else 0)
    early = clock.day(date(2019, 1, 1))
    early = early + below(rng, count, HISTORY_START - early)
    late = HISTORY_START - 200 + below(rng, count, 200)
    created = clock.working_day(np.where(is_customer, early, late))
    created_at = clock.at_work(created, below(rng, count, 36_000))
    if cohort:
        created_at = clock.at_work(np.full(count, today), np.zeros(count, dtype=np.int64)) - 3_000
    segment = weighted(rng, count, (50, 35, 15))
    return Accounts(
        number=start + np.arange(count, dtype=np.int64),
        is_customer=is_customer,
        first_name=below(rng, count, 26),
        second_name=below(rng, count, 20),
        industry=below(rng, count, 8),
        currency=weighted(rng, count, (62, 24, 8, 6)),
        segment=segment,
        created_at=created_at,
        contacts=np.where(is_customer, 3, 1) + below(rng, count, np.where(segment == 2, 4, 2)),
    )
