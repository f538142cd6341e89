"""The companies that are sold to, and the people in them. Arrays by account or contact number.

Accounts are numbered: customers (many deals), prospects (one deal), then a reserve where the
deals of later nights open. The three never share a deal, so a later night cannot change an
earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from orchestration.sample import clock
from orchestration.sample.draws import Flags, Ints, below, chance, stream, weighted
from orchestration.sample.people import HISTORY_START
from orchestration.sample.sizes import Size

CURRENCIES = ("EUR", "USD", "JPY", "KWD")
DIGITS = np.asarray([2, 2, 0, 3], dtype=np.int64)
# EUR in micro-units for one unit of each currency: sizes amounts only, never converts pay.
EUR_MICRO = np.asarray([1_000_000, 925_000, 6_400, 3_010_000], dtype=np.int64)
COUNTRIES = ("Germany", "United States", "Japan", "Kuwait")


@dataclass
class Accounts:
    count: int
    customers: int
    prospects: int
    reserve: int
    first_name: Ints
    second_name: Ints
    industry: Ints
    currency: Ints
    segment: Ints  # 0 small, 1 medium, 2 large
    created: Ints  # instant
    contact_offset: Ints  # first contact number of each account
    contact_count: Ints
    contact_first: Ints
    contact_last: Ints
    contact_account: Ints

    @property
    def is_customer(self) -> Flags:
        return np.arange(self.count) < self.customers


def found_accounts(size: Size, seed: int) -> Accounts:
    rng = stream(seed, "accounts", size.name)
    customers, prospects, reserve = size.customers, size.prospects, size.reserve
    count = customers + prospects + reserve
    segment = weighted(rng, count, (50, 35, 15))
    is_customer = np.arange(count) < customers
    early = clock.day(date(2019, 1, 1)) + below(rng, count, HISTORY_START - clock.day(date(2019, 1, 1)))
    late = HISTORY_START - 200 + below(rng, count, 200)
    created = clock.at_work(clock.working_day(np.where(is_customer, early, late)), below(rng, count, 36_000))
    contact_count = np.where(is_customer, 3, 1) + below(rng, count, np.where(segment == 2, 4, 2))
    contacts = int(contact_count.sum())
    return Accounts(
        count=count,
        customers=customers,
        prospects=prospects,
        reserve=reserve,
        first_name=below(rng, count, 26),
        second_name=below(rng, count, 20),
        industry=below(rng, count, 8),
        currency=weighted(rng, count, (62, 24, 8, 6)),
        segment=segment,
        created=created,
        contact_offset=np.concatenate([[0], np.cumsum(contact_count)[:-1]]).astype(np.int64),
        contact_count=contact_count,
        contact_first=below(rng, contacts, 40),
        contact_last=below(rng, contacts, 50),
        contact_account=np.repeat(np.arange(count, dtype=np.int64), contact_count),
    )
