"""Golden cases: three CSV files that a finance person can write (tests/golden/README.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tests.pay.company import (
    BookLine,
    Company,
    CreditNote,
    Deal,
    Employee,
    Invoice,
    Post,
    Row,
    Salary,
    Spell,
    at_noon,
)
from tests.pay.golden_policy import policy_of, setting_of
from tests.pay.golden_records import colleagues_of, records_of

FOLDER = Path(__file__).resolve().parents[1] / "golden"
_TIMELINE = ("date", "event", "who", "amount", "about", "known")
_EXPECTED = (
    "what", "who", "component", "period", "deal", "amount", "account", "reason", "entry_type",
    "night",
)  # fmt: skip
_LONG_AGO = date(2020, 1, 1)
_OF_PEOPLE = ("won", "overlay", "contribution", "left", "rehired", "moved", "salary")
_SIGNS = {"revenue": ("SALES", -1), "cost": ("OVERHEADS", 1)}


@dataclass(frozen=True)
class Case:
    """A case as written; `nights` in order, each with whether it is closed."""

    name: str
    rules: tuple[str, ...]
    settings: list[Row]
    timeline: list[Row]
    expected: list[Row]

    @property
    def nights(self) -> list[tuple[date, bool]]:
        closes = [row["date"].date() for row in self.timeline if row["event"] == "close"]
        last = date.fromisoformat(setting_of(self.settings, "run_date", "2026-04-06"))
        return [(day, True) for day in sorted(closes)] + [(last, False)]

    def company(self, night: date, ledger: tuple[Row, ...]) -> Company:
        """What is known on a night, after earlier closes posted `ledger`."""
        closed = setting_of(self.settings, "books_closed_to", night.isoformat())
        known = [row for row in self.timeline if row["known"] <= night]
        employees = _employees(self.settings, known)
        return Company(
            run_date=night,
            policy=policy_of(self.settings, {employee.number for employee in employees}),
            employees=tuple(employees),
            deals=tuple(_deals(known)),
            invoices=tuple(_invoices(known)),
            credit_notes=tuple(_credit_notes(known)),
            records=tuple(records_of(known)),
            books=tuple(_books(known)),
            ledger=ledger,
            books_closed_to=None if closed == "never" else date.fromisoformat(closed),
        )


def names() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def read(name: str) -> Case:
    """One folder. Raises AssertionError for a file that is not as the README says."""
    settings = _rows(FOLDER / name / "setting.csv", ("about", "name", "what", "value"))
    timeline = [_event(row) for row in _rows(FOLDER / name / "timeline.csv", _TIMELINE)]
    expected = _rows(FOLDER / name / "expected.csv", _EXPECTED)
    rules = setting_of(settings, "rules", "").split()
    assert rules, f"{name} names no rule"
    assert expected, f"{name} expects nothing"
    return Case(name, tuple(rules), settings, timeline, expected)


def _rows(path: Path, columns: tuple[str, ...]) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines))
    rows = []
    for number, row in enumerate(found, 2):
        unknown = set(row) - {*columns}
        assert not unknown, f"{path.parent.name}/{path.name} line {number}: what is {unknown}?"
        rows.append({column: (row.get(column) or "").strip() for column in columns})
    return rows


def _event(row: Row) -> Row:
    moment = datetime.fromisoformat(row["date"])
    known = date.fromisoformat(row["known"]) if row["known"] else moment.date()
    return {**row, "date": moment if len(row["date"]) > 10 else at_noon(moment), "known": known}


def shares_of(text: str) -> dict[str | None, Decimal | None]:
    """'ann 60; ben 40' as percentages, 'ann' as all of it, 'nobody 10' for an empty seat."""
    found: dict[str | None, Decimal | None] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, share = part.partition(" ")
        found[None if name == "nobody" else name] = Decimal(share) if share else None
    return found


def _deals(known: list[Row]) -> Iterator[Deal]:
    """Deals as they stand: what is known later of one replaces what was known before."""
    deals: dict[str, Deal] = {}
    for row in known:
        if row["event"] == "won":
            amount, _, currency = row["amount"].partition(" ")
            number, _, kind = row["about"].partition(" ")
            before = deals.get(number, Deal(number, row["date"], Decimal(0)))
            deals[number] = replace(
                before,
                won_at=row["date"],
                amount=Decimal(amount),
                currency=currency or "EUR",
                hard=shares_of(row["who"]) or before.hard,
                type=kind or before.type,
            )
        elif row["event"] in ("overlay", "contribution"):
            shares = shares_of(row["who"])
            if row["event"] == "contribution":
                shares = {who: int(share or 1) for who, share in shares.items()}
            deals[row["about"]] = replace(deals[row["about"]], **{row["event"]: shares})
        elif row["event"] in ("lost", "deleted"):
            deals.pop(row["about"], None)
    yield from deals.values()


def _invoices(known: list[Row]) -> Iterator[Invoice]:
    """`invoiced` is about a deal and the invoice's number, `paid` about the number."""
    paid = {row["about"]: row["date"].date() for row in known if row["event"] == "paid"}
    for row in known:
        if row["event"] == "invoiced":
            deal, _, number = row["about"].partition(" ")
            amount, _, currency = row["amount"].partition(" ")
            yield Invoice(
                number, deal, row["date"].date(), Decimal(amount), currency or "EUR",
                paid.get(number),
            )  # fmt: skip


def _credit_notes(known: list[Row]) -> Iterator[CreditNote]:
    refunds = [row for row in known if row["event"] == "refunded"]
    for number, row in enumerate(refunds, 1):
        amount, _, currency = row["amount"].partition(" ")
        day = row["date"].date()
        yield CreditNote(f"R{number}", row["about"], day, Decimal(amount), currency or "EUR")


def _books(known: list[Row]) -> Iterator[BookLine]:
    for row in known:
        if row["event"] in _SIGNS:
            account_type, sign = _SIGNS[row["event"]]
            yield BookLine(row["date"].date(), account_type, sign * Decimal(row["amount"]))
        elif row["event"] == "booked":
            yield BookLine(row["date"].date(), row["about"], Decimal(row["amount"]))


def _employees(settings: list[Row], known: list[Row]) -> list[Employee]:
    said: dict[str, dict[str, str]] = {}
    for row in settings:
        if row["about"] == "employee":
            said.setdefault(row["name"], {})[row["what"]] = row["value"]
    for row in known:
        if row["event"] in _OF_PEOPLE:
            for name in shares_of(row["who"]):
                if name is not None:
                    said.setdefault(name, {})
        for name in colleagues_of(row):
            said.setdefault(name, {})
    found = []
    for name, words in said.items():
        unknown = {*words} - {"hired", "left", "function", "job", "manager", "salary",
                            "currency"}  # fmt: skip
        assert not unknown, f"what is {unknown} of an employee?"
        events = [row for row in known if row["who"] == name]
        found.append(_employee(name, words, events))
    return found


def _employee(name: str, words: dict[str, str], events: list[Row]) -> Employee:
    hired = date.fromisoformat(words.get("hired", _LONG_AGO.isoformat()))
    spells = [Spell(hired)]
    if "left" in words:
        spells = [Spell(hired, date.fromisoformat(words["left"]))]
    job = words.get("job", "representative")
    posts = [Post(hired, words.get("function", "sales"), job, words.get("manager"))]
    currency = words.get("currency", "EUR")
    salaries = []
    if words.get("salary") != "unknown":
        annual = Decimal(words.get("salary", "60000"))
        salaries = [Salary(hired, _minor(annual, currency), currency)]
    for event in events:
        day = event["date"].date()
        if event["event"] == "left":
            spells[-1] = replace(spells[-1], left=day)
        elif event["event"] == "rehired":
            spells.append(Spell(day))
        elif event["event"] == "moved":
            what, _, value = event["about"].partition(" ")
            assert what in ("function", "job", "manager"), f"{name} moved to another {what}?"
            posts.append(replace(posts[-1], since=day, **{what: value}))
        elif event["event"] == "salary":
            salaries.append(Salary(day, _minor(Decimal(event["amount"]), currency), currency))
    return Employee(name, tuple(spells), tuple(posts), tuple(salaries))


def _minor(amount: Decimal, currency: str) -> int:
    return int(amount * 10 ** {"JPY": 0, "KWD": 3}.get(currency, 2))
