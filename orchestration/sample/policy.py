"""The sample company's policy folder: the shipped rules, with the rows that depend on its size.

Quotas follow what a head sold, so that attainments scatter around one; targets follow the books.
"""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import numpy as np

from orchestration.contract import DBT_PROJECT
from orchestration.sample import clock
from orchestration.sample.accounts import EUR_MICRO
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.identities import Identities
from orchestration.sample.ledger import MONTHS, Book
from orchestration.sample.people import WORKER, People

_PROFILES = ("account_executive", "senior_account_executive", "account_manager")
_LEAD = "sales_team_lead"
_APPROVED = {2025: ("m.okafor", "2024-12-09"), 2026: ("m.okafor", "2025-12-08")}
_ALWAYS = ("2000-01-01", "9999-12-31")
_GO_LIVE = clock.day(date(2025, 10, 1))
# A quarter's part of a year's quota, per mille of a quarter: the fourth asks for most.
_QUARTER = (920, 980, 990, 1_110)
_GROWTH_2026 = 1_050
# (quarter, dates, per mille of the quarter before go-live)
_PROJECTS = (
    ("2025-Q4", ("2025-10-01", "2026-01-01"), 1_000),
    ("2026-Q1", ("2026-01-01", "2026-04-01"), 1_050),
)
# Target as per mille of what the books say: (revenue, profit) by quarter. The third of 2025 is
# missed, the fourth met; profit leaves room for the bonus that is paid after its own gate.
_TARGET = {
    2025: ((985, 930), (980, 900), (1_020, 1_060), (975, 860)),
    2026: ((980, 880), (1_015, 1_040), (985, 880), (975, 860)),
}


def write_policy(
    folder: Path, people: People, identities: Identities, deals: Deals, won: Flags, book: Book
) -> None:
    """Copy every shipped CSV file, then write those that depend on who and how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((DBT_PROJECT / "policy").glob("*.csv")):
        shutil.copyfile(path, folder / path.name)
    _write(
        folder / "quotas.csv",
        ("assignee_type", "assignee_code", "measure", "period_key", "quota_amount", "currency_code",
         "approved_by", "approved_date"),
        _quotas(people, deals, won),
    )  # fmt: skip
    _write(
        folder / "targets.csv",
        ("measure", "period_key", "target_amount", "currency_code", "approved_by", "approved_date"),
        _targets(book),
    )  # fmt: skip
    _write(
        folder / "identity_aliases.csv",
        ("system", "alias_value", "employee_number", "valid_from_date", "valid_to_date"),
        [(*row, *_ALWAYS) for row in identities.aliases(people)],
    )
    _write(
        folder / "excluded_identities.csv",
        ("system", "identity_value", "reason_code"),
        identities.exclusions(),
    )
    _write(
        folder / "opening_balances.csv",
        ("employee_number", "plan_component_key", "account", "balance_amount", "currency_code",
         "as_of_date", "reason", "approved_by"),
        _opening_balances(people),
    )  # fmt: skip
    _write(
        folder / "projects.csv",
        ("project_key", "project_name", "plan_component_key", "measure", "opportunity_type",
         "lead_source", "start_date", "end_date", "target", "bonus_amount", "currency_code",
         "payout_curve_key", "approved_by", "approved_date"),
        _projects(deals, won),
    )  # fmt: skip
    _write(
        folder / "project_members.csv",
        ("project_key", "employee_number", "share"),
        _project_members(people),
    )
    _write_decisions(folder, people)


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _quotas(people: People, deals: Deals, won: Flags) -> list[tuple[str, ...]]:
    """Halfway between what a head of each profile sold in that quarter of 2025 and a quarter of
    what they sold over that year; 2026 asks for the year's quarter and a little more. A team lead's
    is the same of what all sellers sold, by head of a lead."""
    eur = deals.micro // 1_000_000 * EUR_MICRO[deals.currency] // 1_000_000
    owner = deals.owner_at(np.arange(len(deals)), deals.closed_at)
    rows = []
    sellers = {
        profile: [p for p in people.positions if p.profile == profile and p.level == WORKER]
        for profile in _PROFILES
    }
    leads = [p for p in people.positions if p.profile == _LEAD]
    for profile, measure, positions, sold_by in (
        *((profile, "bookings", held, held) for profile, held in sellers.items()),
        (_LEAD, "team_bookings", leads, [p for held in sellers.values() for p in held]),
    ):
        team = np.asarray(sorted({p.employee for p in sold_by}), dtype=np.int64)
        sold = won & np.isin(owner, team)
        quarters = []
        for number in range(4):
            start, end = (
                clock.month_start((2025 - 1970) * 12 + 3 * at) for at in (number, number + 1)
            )
            days = sum(max(0, min(p.end, end) - max(p.start, start)) for p in positions)
            amount = int(eur[sold & (deals.closes >= start) & (deals.closes < end)].sum())
            quarters.append(amount * (end - start) // max(days, 1))
        # a company too small for the profile still has a quota for whoever is hired into it
        usual = sum(quarters) // 4 or 60_000
        for number, share in enumerate(_QUARTER):
            asked = {2025: (usual + (quarters[number] or usual)) // 2}
            asked[2026] = usual * share * _GROWTH_2026 // 1_000_000
            for year, amount in asked.items():
                amount = max(amount // 1_000, 5) * 1_000
                period = f"{year}-Q{number + 1}"
                row = ("job_profile", profile, measure, period, f"{amount}.00", "EUR")
                rows.append((*row, *_APPROVED[year]))
    return sorted(rows)


def _targets(book: Book) -> list[tuple[str, ...]]:
    rows = []
    for place, (measure, cents) in enumerate(
        (("revenue", book.revenue), ("gross_operating_profit", book.profit))
    ):
        for year, quarters in _TARGET.items():
            amounts = [
                _quarter(cents, year, number) * shares[place] // 1_000 // 100_000 * 1_000
                for number, shares in enumerate(quarters)
            ]
            keys = [f"{year}-Q{number}" for number in range(1, 5)] + [f"FY{year}"]
            for key, amount in zip(keys, [*amounts, sum(amounts)], strict=True):
                rows.append((measure, key, f"{amount}.00", "EUR", *_APPROVED[year]))
    return rows


def _write_decisions(folder: Path, people: People) -> None:
    """What people decided by hand: advances for the newest sellers, an adjustment, a quota."""
    sellers = sorted({p.employee: p.start for p in people.positions if p.profile in _PROFILES
                      and p.level == WORKER and p.start < _GO_LIVE <= p.end}.items(),
                     key=lambda seller: (-seller[1], seller[0]))  # fmt: skip
    numbers = [people.number(employee) for employee, _ in sellers]
    component, decided = "commission_2025_bookings", ("s.moreau", "m.okafor", "2025-12-08")
    quarter = ("2025-10-01", "2026-01-01")
    draws = [
        (number, component, kind, amount, "EUR", "Ramp-up of a new seller", *decided, *quarter)
        for number, kind, amount in zip(
            numbers, ("recoverable", "guarantee"), ("6000.00", "4000.00"), strict=False
        )
    ]
    adjustments = [
        ("ADJ-0001", number, component, "2025-Q4", "350.00", "EUR",
         "Demonstration for a partner, promised by the head of sales", *decided)
        for number in numbers[2:3]
    ]  # fmt: skip
    overrides = [
        ("OVR-0001", "quota", number, "", "", "bookings", "2025-Q4", "150000.00", "EUR",
         "Territory was split in November", *decided, "2025-12-08", "9999-12-31")
        for number in numbers[3:4]
    ]  # fmt: skip
    for name, rows in (("draws", draws), ("adjustments", adjustments), ("overrides", overrides)):
        path = folder / f"{name}.csv"
        header = tuple(path.read_text(encoding="utf-8").strip().split(","))
        _write(path, header, rows)


def _quarter(cents: Ints, year: int, number: int) -> int:
    first = (year - 1970) * 12 + number * 3
    return int(cents[(first <= MONTHS) & (first + 3 > MONTHS)].sum())


def _opening_balances(people: People) -> list[tuple[str, ...]]:
    """What up to three sellers of before go-live still had coming from then."""
    sellers = sorted(
        {p.employee for p in people.positions if p.profile in _PROFILES and p.start < _GO_LIVE}
    )[:3]
    amounts = ("1250.00", "480.50", "90.25")
    return [
        (people.number(employee), "commission_2025_bookings", "carried", amount, "EUR",
         "2025-10-01", "Commission of 2025-Q3 carried over at go-live", "m.okafor")
        for employee, amount in zip(sellers, amounts, strict=False)
    ]  # fmt: skip


def _projects(deals: Deals, won: Flags) -> list[tuple[str, ...]]:
    """One each quarter: most of what the quarter before go-live brought, and nearly all of it."""
    eur = deals.micro // 1_000_000 * EUR_MICRO[deals.currency] // 1_000_000
    before = won & (deals.closes >= _GO_LIVE - 92) & (deals.closes < _GO_LIVE)
    usual = max(int(eur[before].sum()) // 1_000, 10)
    rows = []
    for quarter, (start, end), per_mille in _PROJECTS:
        year = int(quarter[:4])
        rows.append(
            (f"launch_{quarter.lower()}", f"Launch of {quarter}", "growth_project_2025_launch",
             "bookings", "", "", start, end, f"{usual * per_mille // 1_000 * 1_000}.00",
             "20000.00", "EUR", "team_curve", *_APPROVED[year])
        )  # fmt: skip
    return rows


def _project_members(people: People) -> list[tuple[str, ...]]:
    """Two of marketing and two of sales who were there at go-live and stayed, as far as there are
    so many."""
    rows = []
    chosen = []
    for function in ("marketing", "sales"):
        staying = {
            p.employee for p in people.positions
            if p.function == function and p.start < _GO_LIVE and p.end > _GO_LIVE + 200
        }  # fmt: skip
        chosen += sorted(staying)[:2]
    shares = {1: ("1",), 2: ("0.6", "0.4"), 3: ("0.4", "0.3", "0.3")}
    for quarter, _, _ in _PROJECTS:
        for employee, share in zip(
            chosen, shares.get(len(chosen), ("0.3", "0.3", "0.2", "0.2")), strict=True
        ):
            rows.append((f"launch_{quarter.lower()}", people.number(employee), share))
    return rows
