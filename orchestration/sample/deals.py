"""Deals before their outcome is known: who owns them, how long they run, which functions help.

A cohort is drawn from a stream of its own: the base history, then one per later day. All that a
deal will ever do is drawn with it; a night shows the part that has happened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import EUR_MICRO, MOST_CONTACTS, Accounts
from orchestration.sample.draws import Flags, Floats, Ints, below, chance, skewed, stream
from orchestration.sample.people import HISTORY_START, People, Roster
from orchestration.sample.sizes import FUNCTION_CODE, FUNCTIONS, Size

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
WON, LOST = 4, 5
TYPES = ("New Business", "Expansion", "Renewal")
NEW_BUSINESS = 0
LEAD_SOURCES = ("Web", "Webinar", "Outbound", "Partner", "Event")

_CYCLE_DAYS = (12, 22, 31, 40, 50, 62, 78, 104, 170)
# Deal size in whole EUR before the segment factor: half the deals between 17,000 and 34,000.
_EUR = (9_000, 13_000, 17_000, 20_500, 24_000, 28_500, 34_000, 43_000, 60_000)
_SEGMENT_EUR = np.asarray([60, 110, 210])
# A large company sells more deals a head; smaller ones keep revenue and payroll in proportion.
_SIZE_EUR = {"XS": 100, "S": 100, "M": 70, "L": 20}
_SEGMENT_DAYS = np.asarray([80, 110, 160])
_SEGMENT_HELP = np.asarray([80, 105, 130])

# How likely each function helps, per mille, in the order of FUNCTIONS.
# Support is for customers: the shipped policy counts it before renewals and expansions only.
_HELPS_NEW = np.asarray([1000, 560, 600, 200, 160, 480, 0, 60, 120, 250, 240])
_HELPS_CUSTOMER = np.asarray([1000, 90, 220, 200, 150, 240, 300, 620, 160, 220, 180])
_STAGE_SHARE = np.asarray([0, 180, 430, 720])  # per mille of the cycle


@dataclass
class Deals:
    """One row a deal. Days are days, `_at` are instants; [deal, n] where said."""

    number: Ints
    account: Ints
    contact: Ints
    currency: Ints
    kind: Ints
    source: Ints
    floor_at: Ints  # nothing of the deal is recorded before: the day of its cohort
    created: Ints
    created_at: Ints
    closes: Ints  # the day on which it is decided
    closed_at: Ints
    stage_at: Ints  # [deal, 4] entry of the open stages
    last_stage: Ints  # the open stage from which a lost deal closes
    micro: Ints  # amount in millionths of the deal's currency
    first_micro: Ints  # what was thought before the proposal
    owner: Ints
    second_owner: Ints  # -1 where the owner never changed
    handed_at: Ints
    helps: Flags  # [deal, function] asked to help
    mood: Ints  # what only the customer knows, in hundredths of a logit
    luck: Floats

    def __len__(self) -> int:
        return len(self.number)

    def owner_at(self, rows: Ints, instants: Ints) -> Ints:
        handed = (self.second_owner[rows] >= 0) & (instants >= self.handed_at[rows])
        return np.where(handed, self.second_owner[rows], self.owner[rows])

    @staticmethod
    def all_of(parts: list[Deals]) -> Deals:
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        return Deals(*(np.concatenate(column) for column in columns))


def open_deals(
    size: Size, seed: int, accounts: Accounts, people: People, roster: Roster, cohort: int,
    first_day: int,
) -> Deals:  # fmt: skip
    """Cohort 0 is the base history before `first_day`; cohort k opens on the k-th day from it."""
    rng = stream(seed, "deals", size.name, cohort)
    if cohort == 0:
        n, number = size.opportunities, 0
        # later is likelier: the company grows
        grows = chance(rng, n, 450)
        draw = np.where(grows, np.maximum(rng.random(n), rng.random(n)), rng.random(n))
        span = first_day - 3 - HISTORY_START
        created = np.sort(HISTORY_START + np.floor(draw * span).astype(np.int64))
        row = _base_accounts(rng, size, n)
        floor_at = np.zeros(n, dtype=np.int64)
    else:
        n = len(accounts)
        number = size.opportunities + (cohort - 1) * size.daily_opportunities
        created = np.full(n, first_day + cohort - 1, dtype=np.int64)
        row = np.arange(n, dtype=np.int64)
        floor_at = accounts.created_at
    created = clock.working_day(created)
    is_customer, segment = accounts.is_customer[row], accounts.segment[row]
    currency = accounts.currency[row]
    created_at = clock.at_work(created, 1_800 + below(rng, n, 34_000))
    cycle = skewed(rng, n, _CYCLE_DAYS) * _SEGMENT_DAYS[segment] // 100
    closes = clock.working_day(created + np.maximum(cycle, 5))
    closed_at = clock.at_work(closes, 18_000 + below(rng, n, 18_000))
    eur = skewed(rng, n, _EUR) * _SEGMENT_EUR[segment] * _SIZE_EUR[size.name] // 10_000
    guess = eur * (85 + below(rng, n, 30)) // 100
    micro = _in_currency(eur, currency)
    first_micro = np.where(chance(rng, n, 350), _in_currency(guess, currency), micro)
    owner = _owners(rng, roster, created, segment, is_customer)
    handed = created + np.maximum(2, (closes - created) * (200 + below(rng, n, 500)) // 1000)
    handed_at = clock.at_work(clock.working_day(handed), below(rng, n, 20_000))
    handed_at = np.minimum(handed_at, closed_at - 3_600)
    second = _owners(rng, roster, closes, segment, is_customer)
    leaves = ~people.employed(np.maximum(owner, 0), closes)
    second = np.where((chance(rng, n, 60) | leaves) & (second != owner), second, -1)
    jitter = [np.zeros(n, dtype=np.int64)] + [below(rng, n, 160) for _ in range(3)]
    span = (closed_at - created_at)[:, None]
    stage_at = created_at[:, None] + span * (_STAGE_SHARE + np.stack(jitter, axis=1)) // 1000
    likely = np.where(is_customer[:, None], _HELPS_CUSTOMER, _HELPS_NEW)
    likely = np.minimum(1000, likely * _SEGMENT_HELP[segment][:, None] // 100)
    likely[:, FUNCTION_CODE["sales"]] = 1000
    return Deals(
        number=number + np.arange(n, dtype=np.int64),
        account=accounts.number[row],
        contact=accounts.number[row] * MOST_CONTACTS + below(rng, n, accounts.contacts[row]),
        currency=currency,
        kind=np.where(is_customer, np.where(chance(rng, n, 550), 1, 2), NEW_BUSINESS),
        source=below(rng, n, len(LEAD_SOURCES)),
        floor_at=floor_at,
        created=created,
        created_at=created_at,
        closes=closes,
        closed_at=closed_at,
        stage_at=stage_at,
        last_stage=np.minimum(3, below(rng, n, 6)),
        micro=micro,
        first_micro=first_micro,
        owner=owner,
        second_owner=second,
        handed_at=handed_at,
        helps=np.floor(rng.random((n, len(FUNCTIONS))) * 1000) < likely,
        mood=10 * (below(rng, n, 13) - 6),
        luck=rng.random(n),
    )


def _base_accounts(rng: np.random.Generator, size: Size, n: int) -> Ints:
    """One deal per prospect; the rest spread over customers, some much busier than others."""
    rest = n - size.prospects
    busy = np.minimum(rng.random(rest), rng.random(rest)) * size.customers
    prospects = size.customers + np.arange(size.prospects, dtype=np.int64)
    return np.concatenate([np.floor(busy).astype(np.int64), prospects])[rng.permutation(n)]


def _in_currency(eur: Ints, currency: Ints) -> Ints:
    """Whole hundreds of the currency (ten thousands of yen), plus odd minor units on some."""
    units = eur * 1_000_000 // EUR_MICRO[currency]
    step = np.asarray([100, 100, 10_000, 10])[currency]
    minor = np.asarray([10_000, 10_000, 1_000_000, 1_000])[currency]
    odd = minor * (eur % 7 == 3) * (eur % 97)
    return np.maximum(units // step, 1) * step * 1_000_000 + odd


def _owners(
    rng: np.random.Generator, roster: Roster, days: Ints, segment: Ints, is_customer: Flags
) -> Ints:
    """Account managers keep customers, seniors sell to large prospects; anyone if none is there.

    Deals are dealt out evenly: each draw is a golden section on from the one before, of the same
    team, so that nobody is left without work.
    """
    draw = np.empty(len(days))
    team = np.where(is_customer, 0, np.where(segment == 2, 1, 2))
    for code in range(3):
        own = np.nonzero(team == code)[0]
        draw[own] = (rng.random() + np.arange(len(own)) * 0.6180339887498949) % 1.0
    owner = np.where(is_customer, roster.pick("account_manager", days, draw), -1)
    senior = roster.pick("senior_account_executive", days, draw)
    owner = np.where((owner < 0) & ~is_customer & (segment == 2), senior, owner)
    for group in ("account_executive", "sellers", "managers"):
        owner = np.where(owner < 0, roster.pick(group, days, draw), owner)
    return owner
