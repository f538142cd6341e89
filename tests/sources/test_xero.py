"""Xero: journals by number, documents by page, dates of its own, locked books."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.sources import server as faults
from tests.sources.nights import Nights
from tests.sources.server import Answer, Ask, Server, said

CLIENT = {"token": None, "client_id": "me", "client_secret": "hush", "account": "tenant"}
JANUARY = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)


def written(instant: datetime) -> str:
    return f"/Date({int(instant.timestamp() * 1000)}+0000)/"


class Xero:
    """A made-up company's books."""

    def __init__(self, seed: int = 1) -> None:
        self.drawn = random.Random(seed)
        self.now = JANUARY
        self.page = 3
        self.locked: datetime | None = datetime(2025, 12, 31, tzinfo=UTC)
        self.journals: list[dict[str, Any]] = []
        self.invoices: dict[str, dict[str, Any]] = {}
        for number in range(8):
            self.post(Decimal("10.10") * number)
            self.bill(f"inv{number}", "AUTHORISED", JANUARY - timedelta(days=3))

    def post(self, amount: Decimal) -> None:
        number = len(self.journals) + 1
        lines = [
            {"JournalLineID": f"l{number}-{side}", "AccountID": "a1", "AccountCode": "200",
             "Description": None, "NetAmount": float(sign * amount)}
            for side, sign in (("debit", 1), ("credit", -1))
        ]  # fmt: skip
        self.journals.append({
            "JournalID": f"j{number}", "JournalNumber": number, "JournalLines": lines,
            "JournalDate": written(datetime(2026, 1, 4, tzinfo=UTC)), "Reference": "",
            "CreatedDateUTC": written(JANUARY),
        })  # fmt: skip

    def bill(self, number: str, status: str, changed: datetime) -> None:
        self.invoices[number] = {
            "InvoiceID": number, "Type": "ACCREC", "Contact": {"ContactID": "c1"},
            "InvoiceNumber": number.upper(), "Reference": "006", "Status": status,
            "DateString": "2026-01-02T00:00:00", "DueDateString": "2026-02-01T00:00:00",
            "SubTotal": 99.99, "Total": 118.99, "CurrencyCode": "EUR", "changed": changed,
            "UpdatedDateUTC": written(changed),
            **({"FullyPaidOnDate": written(changed)} if status == "PAID" else {}),
        }  # fmt: skip

    def change(self) -> None:
        """One thing that happens in a company."""
        self.now += timedelta(seconds=self.drawn.choice((0, 1, 60)))
        what = self.drawn.choice(("post", "bill", "pay", "void"))
        if what == "post":
            self.post(Decimal(self.drawn.randrange(1, 10**6)) / 100)
        elif what == "bill":
            self.bill(f"inv{len(self.journals)}-{self.now:%d%H%M%S}", "AUTHORISED", self.now)
        else:
            status = "PAID" if what == "pay" else "VOIDED"
            self.bill(self.drawn.choice(sorted(self.invoices)), status, self.now)

    def vanish(self) -> None:
        """A draft is deleted for good."""
        if len(self.invoices) > 4:
            del self.invoices[self.drawn.choice(sorted(self.invoices))]

    def __call__(self, ask: Ask) -> Answer:
        if ask.path == "/connect/token":
            return said({"access_token": "granted", "expires_in": 1800})
        if ask.headers["authorization"] != "Bearer granted" or "xero-tenant-id" not in ask.headers:
            return said({"Title": "Unauthorized"}, status=401)
        name = ask.path.removeprefix("/api.xro/2.0/")
        if name == "Organisation":
            lock = {"PeriodLockDate": written(self.locked)} if self.locked else {}
            return said({"Organisations": [{"OrganisationID": "o1", **lock}]})
        if name == "Accounts":
            account = {"AccountID": "a1", "Code": "200", "Name": "Sales", "Type": "REVENUE"}
            return said({"Accounts": [account | {"Class": "REVENUE"}]})
        if name == "Journals":
            found = [j for j in self.journals if j["JournalNumber"] > int(ask.query["offset"])]
            return said({"Journals": found[: self.page]})
        since = ask.headers.get("if-modified-since")
        after = datetime.fromisoformat(f"{since}+00:00") if since else JANUARY - timedelta(days=99)
        kept = self.invoices.values() if name == "Invoices" else []
        found = sorted((i for i in kept if i["changed"] >= after), key=lambda i: i["InvoiceID"])
        start = (int(ask.query["page"]) - 1) * self.page
        shown = [{k: v for k, v in i.items() if k != "changed"} for i in found]
        told = {"pageCount": -(-len(found) // self.page), "itemCount": len(found)}
        return said({name: shown[start : start + self.page], "pagination": told})


@pytest.fixture
def books() -> Xero:
    return Xero()


@pytest.fixture
def server(books: Xero) -> Iterator[Server]:
    with Server(books, JANUARY) as running:
        yield running


@pytest.fixture
def nights(server: Server, tmp_path: Path) -> Nights:
    return Nights(tmp_path / "home", "finance", "xero", server.url, dict(CLIENT))


def test_every_journal_line_lands_with_its_sign_and_day(books: Xero, nights: Nights) -> None:
    nights.run()
    lines = nights.known("journal_line", "journal_line_id", "net_amount", "account_id")
    assert len(lines) == 16
    assert ("l3-credit", Decimal("-20.20"), "a1") in lines
    assert nights.known("journal", "journal_id", "journal_date") == {
        (f"j{number}", date(2026, 1, 4)) for number in range(1, 9)
    }


def test_journals_go_on_from_the_last_number(books: Xero, server: Server, nights: Nights) -> None:
    nights.run(0)
    books.post(Decimal("5"))
    before = len(server.asked)
    manifest = nights.run(1)
    asked = [ask.query["offset"] for ask in server.asked[before:] if "Journals" in ask.path]
    assert asked == ["8", "9"]
    assert manifest["tables"]["journal"]["rows"] == 1


def test_an_invoice_that_changes_is_its_newest_version(
    books: Xero, server: Server, nights: Nights
) -> None:
    nights.run(0)
    server.now += timedelta(days=1)
    books.bill("inv3", "PAID", server.now - timedelta(hours=2))
    nights.run(1)
    paid = nights.known("invoice", "invoice_id", "status", "fully_paid_on_date", "sub_total")
    assert ("inv3", "PAID", date(2026, 1, 6), Decimal("99.99")) in paid
    assert len(paid) == 8
    changed = [a.headers.get("if-modified-since") for a in server.asked if "Invoices" in a.path]
    assert changed == [None, None, None, "2026-01-04T02:30:00"]


def test_d06_what_is_added_to_a_page_that_has_passed_comes_the_next_night(
    books: Xero, server: Server, nights: Nights
) -> None:
    """Fails if a list that grows while it is read were taken for half a list."""

    def grows(ask: Ask, answer: Answer) -> Answer:
        if ask.path.endswith("/Invoices") and ask.query["page"] != "1":
            # sorts before all that are there
            books.bill(f"aaa{len(server.asked)}", "AUTHORISED", server.now + timedelta(minutes=1))
        return answer

    server.faults.append(grows)
    nights.run(0)
    server.faults.clear()
    server.now += timedelta(days=1)
    assert len(books.invoices) > 8
    nights.run(1)
    assert {row[0] for row in nights.known("invoice", "invoice_id")} == set(books.invoices)


def test_f05_a_token_that_runs_out_after_five_bad_answers_is_renewed(
    books: Xero, server: Server, nights: Nights
) -> None:
    """Fails if asking for a new token used up the last try."""
    runs_out = faults.first_times(faults.status(401), 1, "/Journals")
    server.faults.append(faults.first_times(faults.status(503), 5, "/Journals"))
    server.faults.append(lambda ask, said: runs_out(ask, said) if said.status == 200 else said)
    nights.run()
    assert len(nights.known("journal", "journal_id")) == len(books.journals)
    assert [ask.path for ask in server.asked].count("/connect/token") == 2


def test_g04_locked_books_are_a_closed_period(books: Xero, server: Server, nights: Nights) -> None:
    assert nights.run(0)["tables"]["accounting_period"]["rows"] == 1
    spans = nights.known("accounting_period", "startdate", "enddate", "closed")
    assert spans == {(date(1900, 1, 1), date(2025, 12, 31), True)}
    books.locked = None
    assert nights.run(1)["tables"]["accounting_period"]["rows"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_bad_weather_changes_nothing(
    books: Xero, server: Server, nights: Nights, tmp_path: Path, seed: int
) -> None:
    calm = Nights(tmp_path / "calm", "finance", "xero", server.url, dict(CLIENT))
    calm.run()
    server.faults += [faults.weather(seed, 0.3), faults.shuffled(seed)]
    nights.run()
    assert nights.files() == calm.files()
