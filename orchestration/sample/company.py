"""The sample company from its parts: draw it, decide its deals, write its nights."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import found_accounts
from orchestration.sample.activities import deliver_activities, deliver_leads, deliver_splits, deliver_team_members, put_touches
from orchestration.sample.causes import masks, win_probability
from orchestration.sample.collaboration import deliver_collaboration
from orchestration.sample.crm import deliver_accounts, deliver_deals, deliver_users, versions_of
from orchestration.sample.deals import open_deals
from orchestration.sample.finance import deliver_finance
from orchestration.sample.hr import deliver_hr
from orchestration.sample.marketing import deliver_marketing
from orchestration.sample.people import HISTORY_START, hire_company, roster
from orchestration.sample.sizes import FUNCTIONS, SIZES
from orchestration.sample.support import background_tickets, deliver_support
from orchestration.sample.touches import find_owners, touch_deals
from orchestration.sample.usage import deliver_usage
from orchestration.sample.write import Nights, Progress

FIRST_RUN_DATE = date(2026, 1, 5)


@dataclass(frozen=True)
class SampleSummary:
    """What was written: rows per `<domain>.<table>` over all nights, and how long it took."""

    directory: Path
    size: str
    nights: int
    rows: dict[str, int]
    seconds: float


def make(
    directory: Path, size: str = "S", nights: int = 1, seed: int = 20260105,
    first_run_date: date = FIRST_RUN_DATE, structure: str = "logistic", progress: Progress | None = None,
) -> SampleSummary:
    began = time.perf_counter()
    plan = SIZES[size]
    first_day = clock.day(first_run_date)
    people = hire_company(plan, seed)
    who = roster(people)
    accounts = found_accounts(plan, seed)
    owners = find_owners(plan, seed, who)
    deals = open_deals(plan, seed, accounts, who, 0, first_day)
    touches = touch_deals(plan, seed, deals, who, owners, 0)
    present = np.zeros((len(deals), len(FUNCTIONS)), dtype=bool)
    present[touches.deal, touches.function] = True
    probability = win_probability(masks(present), deals.mood, structure)
    won = deals.luck * 1_000_000 < probability
    background = background_tickets(plan, seed, accounts, who, first_day, HISTORY_START)
    out = Nights(directory, first_run_date, nights, progress or (lambda _: None))
    deliver_hr(out, people, first_day)
    deliver_users(out, people, first_day)
    owner_of = np.full(accounts.count, -1, dtype=np.int64)
    owner_of[deals.account] = deals.owner
    deliver_accounts(out, accounts, owner_of)
    deliver_deals(out, deals, versions_of(deals, won), accounts, first_day)
    put_touches(out, touches, deals, first_day)
    deliver_activities(out)
    deliver_splits(out, plan, seed, deals, who, first_day)
    deliver_team_members(out, touches)
    deliver_leads(out, plan, seed, deals, accounts, who, first_day)
    deliver_marketing(out, people, owners, first_day)
    deliver_support(out, people, touches, background, first_day)
    deliver_usage(out, plan, seed, people, accounts, owners, first_day)
    deliver_collaboration(out, plan, seed, people, who, first_day)
    deliver_finance(out, people, deals, won, accounts, seed, first_day)
    return SampleSummary(directory, size, nights, out.rows, time.perf_counter() - began)
