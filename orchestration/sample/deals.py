"""Deals before their outcome is known: who owns them, how long they run, which functions help.

A cohort is drawn from a stream of its own: the base history, then one per later day. All that a
deal will ever do is drawn with it; a night shows the part that has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import EUR_MICRO, Accounts
from orchestration.sample.draws import Flags, Floats, Ints, below, chance, skewed, stream
from orchestration.sample.people import HISTORY_START, Roster
from orchestration.sample.sizes import FUNCTION_CODE, FUNCTIONS, Size

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
WON, LOST = 4, 5
TYPES = ("New Business", "Expansion", "Renewal")
LEAD_SOURCES = ("Web", "Webinar", "Outbound", "Partner", "Event")

_CYCLE_DAYS = (12, 22, 31, 40, 50, 62, 78, 104, 170)
# Deal size in whole EUR before the segment factor: half the deals between 17,000 and 34,000.
_EUR = (9_000, 13_000, 17_000, 20_500, 24_000, 28_500, 34_000, 43_000, 60_000)

# How likely each function helps, per mille: new business, and deals of customers.
_HELPS_NEW = {"sales": 1000, "sales_development": 560, "marketing": 600, "product": 200, "engineering": 160,
              "solutions": 480, "support": 20, "success": 60, "analytics": 120, "finance": 250, "legal": 240}
_HELPS_CUSTOMER = {"sales": 1000, "sales_development": 90, "marketing": 220, "product": 260, "engineering": 150,
                   "solutions": 240, "support": 380, "success": 620, "analytics": 160, "finance": 220, "legal": 180}


@dataclass
class Deals:
    number: Ints
    account: Ints
    created: Ints  # day
    created_at: Ints
    closes: Ints  # day on which it is decided
    closed_at: Ints
    kind: Ints
    micro: Ints  # final amount in millionths of the deal's currency
    first_micro: Ints  # what was thought before the proposal
    owner: Ints
    second_owner: Ints  # -1 where the owner never changed
    owner_changed_at: Ints
    contact: Ints
    source: Ints
    helps: Flags  # [deal, function] asked to help
    stage_at: Ints  # [deal, 4] entry of the open stages
    last_open_stage: Ints  # the stage from which it closed
    mood: Ints  # what only the customer knows, in hundredths of a logit
    luck: Floats

    def __len__(self) -> int:
        return len(self.number)


def open_deals(size: Size, seed: int, accounts: Accounts, roster: Roster, cohort: int, first_day: int) -> Deals:
    """Cohort 0 is the base history up to `first_day` (exclusive); cohort k opens on its k-th day."""
    rng = stream(seed, "deals", size.name, cohort)
    if cohort == 0:
        n = size.opportunities
        # later is likelier: the company grows
        draw = np.where(chance(rng, n, 450), np.maximum(rng.random(n), rng.random(n)), rng.random(n))
        created = np.sort(HISTORY_START + np.floor(draw * (first_day - 3 - HISTORY_START)).astype(np.int64))
        account = _base_accounts(rng, accounts, n)
        number = np.arange(n, dtype=np.int64)
    else:
        today = first_day + cohort - 1
        n = size.daily_opportunities if (today + 3) % 7 < 5 else 0
        created = np.full(n, today, dtype=np.int64)
        slot = (cohort - 1) * size.daily_opportunities + np.arange(n, dtype=np.int64)
        account = accounts.customers + accounts.prospects + slot % accounts.reserve
        number = size.opportunities + slot
    created = clock.working_day(created)
    is_customer = accounts.is_customer[account]
    segment = accounts.segment[account]
    created_at = clock.at_work(created, below(rng, n, 36_000))
    cycle = skewed(rng, n, _CYCLE_DAYS) * np.asarray([80, 110, 160])[segment] // 100
    closes = clock.working_day(created + np.maximum(cycle, 5))
    closed_at = clock.at_work(closes, 18_000 + below(rng, n, 18_000))
    eur = skewed(rng, n, _EUR) * np.asarray([60, 110, 210])[segment] // 100
    micro = _in_currency(eur, accounts.currency[account])
    early = micro * (850 + below(rng, n, 300)) // 1000
    first_micro = np.where(chance(rng, n, 350), _in_currency(eur * (85 + below(rng, n, 30)) // 100, accounts.currency[account]), micro)
    del early
    kind = np.where(is_customer, np.where(chance(rng, n, 550), 1, 2), 0)
    group_draw = rng.random(n)
    owner = _owners(roster, created, segment, is_customer, group_draw)
    change_day = created + np.maximum(2, (closes - created) * (200 + below(rng, n, 500)) // 1000)
    leaves = ~roster.stays("sellers", owner, closes)
    changes = (chance(rng, n, 60) | leaves) & (change_day < closes)
    second = np.where(changes, _owners(roster, closes, segment, is_customer, rng.random(n)), -1)
    second = np.where(second == owner, -1, second)
    owner_changed_at = clock.at_work(clock.working_day(change_day), below(rng, n, 20_000))
    second = np.where(owner_changed_at < closed_at, second, -1)
    fractions = np.asarray([0, 180, 430, 720])
    jitter = np.stack([np.zeros(n, dtype=np.int64)] + [below(rng, n, 160) for _ in range(3)], axis=1)
    span = closed_at - created_at
    stage_at = created_at[:, None] + span[:, None] * (fractions[None, :] + jitter) // 1000
    likely = np.where(
        is_customer[:, None],
        np.asarray([_HELPS_CUSTOMER[f] for f in FUNCTIONS])[None, :],
        np.asarray([_HELPS_NEW[f] for f in FUNCTIONS])[None, :],
    )
    likely = np.minimum(1000, likely * np.asarray([80, 105, 130])[segment][:, None] // 100)
    likely[:, FUNCTION_CODE["sales"]] = 1000
    helps = np.floor(rng.random((n, len(FUNCTIONS))) * 1000) < likely
    return Deals(
        number=number, account=account, created=created, created_at=created_at, closes=closes, closed_at=closed_at,
        kind=kind, micro=micro, first_micro=first_micro, owner=owner, second_owner=second,
        owner_changed_at=owner_changed_at,
        contact=accounts.contact_offset[account] + below(rng, n, accounts.contact_count[account]),
        source=below(rng, n, len(LEAD_SOURCES)), helps=helps, stage_at=stage_at,
        last_open_stage=np.minimum(3, below(rng, n, 6)), mood=below(rng, n, 121) - 60, luck=rng.random(n),
    )


def _base_accounts(rng: np.random.Generator, accounts: Accounts, n: int) -> Ints:
    """One deal per prospect; the rest spread over customers, some much busier than others."""
    rest = n - accounts.prospects
    busy = np.floor(np.minimum(rng.random(rest), rng.random(rest)) * accounts.customers).astype(np.int64)
    account = np.concatenate([busy, accounts.customers + np.arange(accounts.prospects, dtype=np.int64)])
    return account[rng.permutation(n)]


def _in_currency(eur: Ints, currency: Ints) -> Ints:
    """Whole hundreds of the currency (ten thousands of yen), plus odd minor units on some."""
    units = eur * 1_000_000 // EUR_MICRO[currency]
    step = np.asarray([100, 100, 10_000, 10])[currency]
    odd = np.asarray([10_000, 10_000, 1_000_000, 1_000])[currency] * (eur % 7 == 3) * (eur % 97)
    return np.maximum(units // step, 1) * step * 1_000_000 + odd


def _owners(roster: Roster, days: Ints, segment: Ints, is_customer: Flags, draw: Floats) -> Ints:
    """Account managers for customers, senior executives for large prospects; anyone if nobody is there."""
    owner = np.where(is_customer, roster.pick("account_manager", days, draw), -1)
    senior = roster.pick("senior_account_executive", days, draw)
    owner = np.where((owner < 0) & (segment == 2), senior, owner)
    owner = np.where(owner < 0, roster.pick("account_executive", days, draw), owner)
    owner = np.where(owner < 0, roster.pick("sellers", days, draw), owner)
    return np.where(owner < 0, roster.pick("managers", days, draw), owner)
