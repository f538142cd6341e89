"""Everything of one day's new business, or of the whole base history: drawn, touched, decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import MOST_CONTACTS, Accounts, found_accounts
from orchestration.sample.bend import Bent, bend, bend_touches
from orchestration.sample.deals import Deals, open_deals
from orchestration.sample.draws import Ints, below, chance, stream
from orchestration.sample.outcome import Outcome, Wide, account_wide, decide
from orchestration.sample.people import HISTORY_START, People, Roster
from orchestration.sample.sizes import Size
from orchestration.sample.touches import KIND_CODE, Owners, Touches, touch_deals
from orchestration.sample.usage import Adoptions

# Numbers of records: the base history's begin at 0, its noise at NOISE, cohort k's at COHORT * k.
NOISE = 60_000_000
COHORT = 200_000
_FIRST_COHORT = 100_000_000
_COHORT_NOISE = 150_000


@dataclass
class World:
    """What every cohort is drawn in."""

    size: Size
    seed: int
    first_day: int
    structure: str
    people: People
    roster: Roster
    owners: Owners
    adoptions: Adoptions


@dataclass
class Tickets:
    """Tickets of customers that belong to no deal."""

    number: Ints
    account: Ints
    contact: Ints
    person: Ints
    at: Ints
    draw: Ints
    floor_at: Ints

    def __len__(self) -> int:
        return len(self.number)


@dataclass
class Cohort:
    accounts: Accounts
    deals: Deals
    touches: Touches
    number: Ints  # of each touch
    noise: Touches  # records that are no contribution: function is -1
    noise_number: Ints
    tickets: Tickets
    wide: Wide
    outcome: Outcome
    bent: Bent
    moved: dict[str, list[int]]  # rows of touches by how they were bent


def draw_cohort(world: World, cohort: int, quiet: Ints | None = None) -> Cohort:
    """Cohort 0 is the base history. `quiet` are the customers without an open deal: only they
    have tickets in later nights, so that no later night decides an earlier cohort's deals."""
    size, seed, first_day = world.size, world.seed, world.first_day
    accounts = found_accounts(size, seed, cohort, first_day)
    deals = open_deals(size, seed, accounts, world.people, world.roster, cohort, first_day)
    bent = bend(deals) if cohort == 0 else Bent()
    touches = touch_deals(size, seed, deals, world.roster, world.owners, cohort)
    moved = bend_touches(deals, touches) if cohort == 0 else {}
    tickets = _tickets(world, cohort, accounts, quiet)
    solved = (tickets.account, tickets.at, tickets.person)
    adoptions = world.adoptions if cohort == 0 else world.adoptions.none()
    wide = account_wide(deals, touches, solved, adoptions, world.owners)
    outcome = decide(deals, touches, wide, world.structure)
    noise = _noise(world, deals, outcome, cohort)
    start = _FIRST_COHORT + cohort * COHORT if cohort else 0
    noise_start = start + _COHORT_NOISE if cohort else NOISE
    assert len(touches) < (_COHORT_NOISE if cohort else NOISE), "record numbers would collide"
    return Cohort(
        accounts, deals, touches, start + np.arange(len(touches), dtype=np.int64), noise,
        noise_start + np.arange(len(noise), dtype=np.int64), tickets, wide, outcome, bent, moved,
    )  # fmt: skip


def _tickets(world: World, cohort: int, accounts: Accounts, quiet: Ints | None) -> Tickets:
    size = world.size
    rng = stream(world.seed, "tickets", size.name, cohort)
    today = world.first_day + cohort - 1
    if cohort == 0:
        n = size.opportunities
        span = world.first_day - HISTORY_START - 4
        day = clock.working_day(np.sort(HISTORY_START + below(rng, n, span)))
        account = below(rng, n, size.customers)
        floor_at = np.zeros(n, dtype=np.int64)
    else:
        is_working = (today + 3) % 7 < 5 and quiet is not None and len(quiet) > 0
        n = max(1, size.opportunities // 784) if is_working else 0
        day = np.full(n, today, dtype=np.int64)
        account = quiet[below(rng, n, len(quiet))] if n else day
        floor_at = clock.at_work(day, np.zeros(n, dtype=np.int64))
    at = clock.at_work(day, 7_200 + below(rng, n, 28_000))
    person = world.roster.pick("support", day, rng.random(n))
    tickets = Tickets(
        number=500_000_000 + cohort * COHORT + np.arange(n, dtype=np.int64),
        account=account,
        contact=account * MOST_CONTACTS + below(rng, n, 3),
        person=person,
        at=at,
        draw=below(rng, n, 1_000_000),
        floor_at=floor_at,
    )
    found = person >= 0
    return Tickets(*(column[found] for column in vars(tickets).values()))


def _noise(world: World, deals: Deals, outcome: Outcome, cohort: int) -> Touches:
    """Onboarding after the win, a bot's e-mails, a consultant nobody knows, broadcast meetings.

    `draw` tells the last three apart: 0 the bot, 1 the consultant, 2 a broadcast.
    """
    rng = stream(world.seed, "noise", world.size.name, cohort)
    n = len(deals)
    span = deals.closed_at - deals.created_at
    parts = []

    def add(rows: Ints, person: Ints, kind: tuple[str, str], at: Ints, draw: Ints | int) -> None:
        code = np.full(len(rows), KIND_CODE[kind], dtype=np.int64)
        draws = np.broadcast_to(np.asarray(draw, dtype=np.int64), len(rows))
        parts.append(Touches(rows, np.full(len(rows), -1), person, code, at, draws))

    onboarded = np.nonzero(outcome.won & (deals.kind == 0) & chance(rng, n, 700))[0]
    day = clock.working_day(deals.closes[onboarded] + 1 + below(rng, len(onboarded), 20))
    person = world.roster.pick("success", day, rng.random(len(onboarded)))
    at = clock.at_work(day, below(rng, len(onboarded), 34_000))
    found = person >= 0
    draw = 3 + below(rng, len(onboarded), 900_000)
    add(onboarded[found], person[found], ("task", "Onboarding"), at[found], draw[found])
    for mark, (kind, share) in enumerate(
        ((("task", "Email"), 30), (("task", "Call"), 3), (("event", "Meeting"), 5))
    ):
        rows = np.nonzero(chance(rng, n, share))[0]
        at = deals.created_at[rows] + span[rows] * (100 + below(rng, len(rows), 800)) // 1000
        add(rows, deals.owner_at(rows, at), kind, at, mark)
    return Touches.all_of(parts)
