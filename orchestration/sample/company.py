"""The sample company from its parts: draw it, decide its deals, write its nights."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import Accounts
from orchestration.sample.activities import deliver_activities, record
from orchestration.sample.causes import STRUCTURES
from orchestration.sample.changes import deleted_at, versions_of
from orchestration.sample.cohorts import Cohort, Tickets, World, draw_cohort
from orchestration.sample.collaboration import Helps, deliver_collaboration, draw_helps
from orchestration.sample.crm import deliver_accounts, deliver_deals, deliver_users
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Ints
from orchestration.sample.finance import deliver_finance
from orchestration.sample.hiring import hire_company
from orchestration.sample.hr import deliver_hr
from orchestration.sample.identities import confuse
from orchestration.sample.ledger import keep_book
from orchestration.sample.listing import LISTING, write_listing
from orchestration.sample.marketing import campaign_of, deliver_marketing
from orchestration.sample.outcome import Outcome, Wide
from orchestration.sample.people import HORIZON, roster
from orchestration.sample.pipeline import (
    deliver_leads,
    deliver_splits,
    deliver_team_members,
    draw_leads,
    split_deals,
)
from orchestration.sample.policy import write_policy
from orchestration.sample.product import deliver_product
from orchestration.sample.sizes import SIZES
from orchestration.sample.support import deliver_support, open_desk
from orchestration.sample.touches import Touches, find_owners
from orchestration.sample.truth import write_truth
from orchestration.sample.usage import first_uses, plan_usage
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


@dataclass
class Company:
    """All cohorts as one: the base history first, so its rows keep their numbers."""

    accounts: Accounts
    deals: Deals
    touches: Touches
    number: Ints
    noise: Touches
    noise_number: Ints
    tickets: Tickets
    wide: Wide
    outcome: Outcome


def make(
    directory: Path,
    size: str = "S",
    nights: int = 1,
    seed: int = 20260105,
    first_run_date: date = FIRST_RUN_DATE,
    structure: str = "logistic",
    progress: Progress | None = None,
) -> SampleSummary:
    """Write the sample company to `directory`: nights/, policy/, truth/ and sample.json.

    Night n covers local calendar days up to the one before `first_run_date` + n; what a night
    brings does not depend on how many nights are asked for. `structure` is what makes deals won:
    logistic, noisy_or or threshold. An earlier sample company in `directory` is replaced. Raises
    ValueError for what it does not know, and for a folder that holds anything else.
    """
    began = time.perf_counter()
    first_day = clock.day(first_run_date)
    if size not in SIZES:
        raise ValueError(f"unknown size {size!r}: one of {', '.join(SIZES)}")
    if structure not in STRUCTURES:
        raise ValueError(f"unknown structure {structure!r}: one of {', '.join(STRUCTURES)}")
    if not 1 <= nights <= HORIZON - 60 - first_day:
        raise ValueError(f"nights must be 1 to {HORIZON - 60 - first_day}, not {nights}")
    _clear(directory)
    say = progress or (lambda _: None)
    say("people")
    plan = SIZES[size]
    people = hire_company(plan, seed)
    identities = confuse(people, plan.employees, seed)
    who = roster(people)
    usage = plan_usage(plan, seed, first_day)
    owners = find_owners(plan, seed, who)
    world = World(plan, seed, first_day, structure, people, who, owners, first_uses(usage))
    say("deals")
    base = draw_cohort(world, 0)
    quiet = _quiet_customers(base)
    cohorts = [base, *(draw_cohort(world, night, quiet) for night in range(1, nights))]
    company = _merge(cohorts)
    deals = company.deals
    won = company.outcome.won & (deals.closed_at < deleted_at(deals, first_day))
    late = _forced_late(base)
    records = record(
        Touches.all_of([company.touches, company.noise]),
        np.concatenate([company.number, company.noise_number]),
        late,
        first_day,
    )
    out = Nights(directory, first_run_date, nights, say)
    each = range(nights)
    deliver_hr(out, people, identities)
    deliver_users(out, people, identities)
    deliver_accounts(out, company.accounts, deals, won)
    versions = versions_of(deals, won, base.bent, first_day)
    deliver_deals(out, deals, versions, campaign_of(deals, owners))
    deliver_activities(out, records, deals, identities, len(people))
    deliver_splits(out, [split_deals(world, cohorts[k].deals, k) for k in each])
    deliver_team_members(out, deals, company.touches, company.number)
    deliver_leads(out, [draw_leads(world, cohorts[k].deals, k) for k in each])
    deliver_marketing(out, people, identities, owners, records, deals)
    desk = open_desk(company.tickets, company.touches, company.number, deals, who)
    deliver_support(out, people, identities, desk)
    deliver_product(out, plan, seed, people, owners, records, deals, usage)
    answers = [
        draw_helps(world, "answers", plan.opportunities // 2 + plan.employees, k) for k in each
    ]
    mentoring = [draw_helps(world, "mentoring", plan.employees * 3, k) for k in each]
    praise = [draw_helps(world, "recognition", plan.employees * 6, k) for k in each]
    deliver_collaboration(
        out,
        people,
        identities,
        records,
        deals,
        Helps.all_of(answers),
        Helps.all_of(mentoring),
        Helps.all_of(praise),
        world.size.customers,
    )
    book = keep_book(people)
    deliver_finance(out, book, deals, won, base.bent)
    say("truth")
    decided = (deals.closes < first_day + nights - 1) & (
        deals.closed_at < deleted_at(deals, first_day)
    )
    numbers = [people.number(employee) for employee in range(len(people))]
    write_truth(
        out, deals, company.touches, company.outcome, company.wide, decided, base.bent.all,
        structure, numbers,
    )  # fmt: skip
    say("policy")
    write_policy(directory / "policy", people, identities, base.deals, base.outcome.won, book)
    write_listing(out, plan, seed, structure, people, identities, base, records, desk)
    out.connection.close()
    return SampleSummary(directory, size, nights, out.rows, time.perf_counter() - began)


def _clear(directory: Path) -> None:
    """Take an earlier sample company away: nights of two companies must not lie side by side."""
    folders = ("nights", "policy", "truth")
    found = {path.name for path in directory.iterdir()} if directory.is_dir() else set()
    if found - {*folders, LISTING} and LISTING not in found:
        raise ValueError(f"{directory} holds something else than a sample company: name another")
    (directory / LISTING).unlink(missing_ok=True)
    for folder in folders:
        shutil.rmtree(directory / folder, ignore_errors=True)


def _quiet_customers(base: Cohort) -> Ints:
    """Customers whose every deal is decided: what happens to them later decides nothing."""
    last = np.zeros(len(base.accounts), dtype=np.int64)
    np.maximum.at(last, base.deals.account, base.deals.closed_at)
    end = int(base.deals.created_at.max())
    return np.nonzero(base.accounts.is_customer & (last < end))[0].astype(np.int64)


def _forced_late(base: Cohort) -> Ints:
    """One touch of each deal that was bent to have one: it arrives after its period closed."""
    found = []
    for kind, function in (("late_touch_for_closed_period", None), ("late_marketing_touch", 2)):
        for row in base.bent.of(kind):
            own = (
                (base.touches.deal == row) & (base.touches.kind <= 14) & (base.touches.function > 0)
            )
            chosen = np.nonzero(
                own if function is None else own & (base.touches.function == function)
            )[0]
            found.extend(int(at) for at in chosen[:1])
    return np.asarray(sorted(set(found)), dtype=np.int64)


def _merge(cohorts: list[Cohort]) -> Company:
    """Concatenate; touches point at rows of deals, which move by what came before."""
    offset = 0
    for cohort in cohorts:
        cohort.touches.deal = cohort.touches.deal + offset
        cohort.noise.deal = cohort.noise.deal + offset
        offset += len(cohort.deals)

    def joined(kind: type, parts: list) -> object:
        columns = zip(*(vars(part).values() for part in parts), strict=True)
        return kind(*(np.concatenate(column) for column in columns))

    return Company(
        joined(Accounts, [c.accounts for c in cohorts]),
        joined(Deals, [c.deals for c in cohorts]),
        joined(Touches, [c.touches for c in cohorts]),
        np.concatenate([c.number for c in cohorts]),
        joined(Touches, [c.noise for c in cohorts]),
        np.concatenate([c.noise_number for c in cohorts]),
        joined(Tickets, [c.tickets for c in cohorts]),
        joined(Wide, [c.wide for c in cohorts]),
        joined(Outcome, [c.outcome for c in cohorts]),
    )  # fmt: skip
