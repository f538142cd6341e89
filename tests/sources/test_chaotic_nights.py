"""After any weather the landing knows what is true of the source: no row lost, none doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.extract.api import gone
from orchestration.extract.api.progress import Progress
from orchestration.extract.api.vendor import Stream, Window
from orchestration.extract.api.vendors import salesforce as vendor
from tests.sources.bamboohr import POSITION, WORKER, BambooHR
from tests.sources.chaos import lived
from tests.sources.hubspot import DEAL, SPLIT, HubSpot
from tests.sources.hubspot import HISTORY as DEAL_HISTORY
from tests.sources.salesforce import DEAL as SF_DEAL
from tests.sources.salesforce import HISTORY as SF_HISTORY
from tests.sources.salesforce import Salesforce
from tests.sources.test_marketo import Marketo
from tests.sources.test_xero import Xero
from tests.sources.zendesk import HISTORY, TICKET, Zendesk

FEW, MANY = range(4), range(500)


def zendesk(seed: int, home: Path) -> None:
    desk = Zendesk(seed)
    nights = lived(seed, desk, "support", "zendesk", home, {"user": "agent@example.com"})
    alive = {row for row in nights.known("ticket", *TICKET) if row[1] != "deleted"}
    assert alive == {row for row in desk.true_tickets() if row[1] != "deleted"}
    assert nights.known("user", "id", "email", "active") == desk.true_users()
    assert nights.known("ticket_field_history", *HISTORY) == desk.true_history()
    assert nights.known("satisfaction_rating", "id", "score", "ticket_id") == desk.true_ratings()


def bamboohr(seed: int, home: Path) -> None:
    company = BambooHR(seed)
    nights = lived(seed, company, "hr", "bamboohr", home, {})
    for table, columns, true in (
        ("worker_history", WORKER, company.true_workers()),
        ("worker_position_history", POSITION, company.true_positions()),
    ):
        known = nights.known(table, *columns, "is_deleted")
        assert {row[:-1] for row in known if not row[-1]} == true, table


def xero(seed: int, home: Path) -> None:
    books = Xero(seed)
    client = {"token": None, "client_id": "me", "client_secret": "hush", "account": "tenant"}
    nights = lived(seed, books, "finance", "xero", home, client)
    alive = {row for row in nights.known("invoice", "invoice_id", "status") if row[1] != "DELETED"}
    assert alive == {(number, bill["Status"]) for number, bill in books.invoices.items()}
    assert nights.known("journal_line", "journal_line_id", "net_amount") == {
        (line["JournalLineID"], Decimal(str(line["NetAmount"])))
        for journal in books.journals
        for line in journal["JournalLines"]
    }


def marketo(seed: int, home: Path) -> None:
    tool = Marketo(seed)
    client = {"token": None, "client_id": "me", "client_secret": "hush"}
    nights = lived(seed, tool, "marketing", "marketo", home, client)
    assert nights.known("activity", "id", "lead_id") == {
        (deed["marketoGUID"], str(deed["leadId"])) for deed in tool.deeds
    }
    assert nights.known("lead", "id") == {(str(deed["leadId"]),) for deed in tool.deeds}
    assert nights.known("program", "id", "name") == {
        (str(program["id"]), program["name"]) for program in tool.programs
    }


def hubspot(seed: int, home: Path) -> None:
    portal = HubSpot(seed)
    nights = lived(seed, portal, "crm", "hubspot", home, {})
    assert {row for row in nights.known("opportunity", *DEAL) if not row[-1]} == portal.true_deals()
    kept = nights.known("opportunity_split", *SPLIT, "is_deleted")
    assert {row[:-1] for row in kept if not row[-1]} == portal.true_splits()
    history = nights.known("opportunity_history", *DEAL_HISTORY)
    for number, deal in portal.kinds["deals"].items():
        if not deal["archived"]:
            assert {row for row in history if row[0] == number} == portal.true_history(number)
    companies = nights.known("account", "id", "name", "is_deleted")
    assert companies == {
        (c["id"], c["properties"]["name"], False) for c in portal.kinds["companies"].values()
    }


def salesforce(seed: int, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # every third company is large: Bulk 2.0 reads it
    if seed % 3 == 0:
        monkeypatch.setattr(vendor, "BULK_ABOVE", 3)
        monkeypatch.setattr(vendor, "BULK_PAGE", 4)
    org = Salesforce(seed)
    client = {"token": None, "client_id": "me", "client_secret": "hush"}
    nights = lived(seed, org, "crm", "salesforce", home, client, scheme="https")
    assert {row for row in nights.known("opportunity", *SF_DEAL) if not row[-2]} == org.true_deals()
    splits = nights.known("opportunity_split", "id", "opportunity_id", "split_type")
    assert splits == org.true_splits()
    history = nights.known("opportunity_history", *SF_HISTORY)
    for number, deal in org.objects["Opportunity"].items():
        if not deal["IsDeleted"]:
            assert {row for row in history if row[0] == number} == org.true_history(number)
    merged = nights.known("account", "id", "master_record_id", "is_deleted")
    assert merged == {
        (a["Id"], a["MasterRecordId"], a["IsDeleted"]) for a in org.objects["Account"].values()
    }


@pytest.mark.parametrize("seed", FEW)
def test_salesforce_ends_equal_to_what_is_true(
    seed: int, tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    salesforce(seed, tmp_path, monkeypatch)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", MANY)
def test_salesforce_ends_equal_to_what_is_true_many_times(
    seed: int, tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    salesforce(seed, tmp_path, monkeypatch)


@pytest.mark.parametrize("seed", FEW)
def test_zendesk_ends_equal_to_what_is_true(seed: int, tmp_path: Path) -> None:
    zendesk(seed, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", MANY)
def test_zendesk_ends_equal_to_what_is_true_many_times(seed: int, tmp_path: Path) -> None:
    zendesk(seed, tmp_path)


@pytest.mark.parametrize("seed", FEW)
def test_bamboohr_ends_equal_to_what_is_true(seed: int, tmp_path: Path) -> None:
    bamboohr(seed, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", MANY)
def test_bamboohr_ends_equal_to_what_is_true_many_times(seed: int, tmp_path: Path) -> None:
    bamboohr(seed, tmp_path)


@pytest.mark.parametrize("seed", FEW)
@pytest.mark.parametrize("company", [xero, marketo])
def test_books_and_marketing_end_equal_to_what_is_true(
    company: Callable[[int, Path], None], seed: int, tmp_path: Path
) -> None:
    company(seed, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", MANY)
@pytest.mark.parametrize("company", [xero, marketo])
def test_books_and_marketing_end_equal_to_what_is_true_many_times(
    company: Callable[[int, Path], None], seed: int, tmp_path: Path
) -> None:
    company(seed, tmp_path)


@pytest.mark.parametrize("seed", FEW)
def test_hubspot_ends_equal_to_what_is_true(seed: int, tmp_path: Path) -> None:
    hubspot(seed, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", MANY)
def test_hubspot_ends_equal_to_what_is_true_many_times(seed: int, tmp_path: Path) -> None:
    hubspot(seed, tmp_path)


def test_the_truth_notices_what_a_way_in_would_lose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if these nights would pass whatever was landed."""
    window = Progress.window

    def later(self: Progress, stream: Stream, look_back: timedelta) -> Window:
        found = window(self, stream, look_back)
        return found if found.since is None else Window(since=found.since + timedelta(days=3))

    def nothing_is_gone(connection, table, select, rows, *ignored):
        return select, rows

    for name, broken in (("window", later), ("gone", nothing_is_gone)):
        with monkeypatch.context() as patched:
            if name == "window":
                patched.setattr(Progress, "window", broken)
            else:
                patched.setattr(gone, "with_what_is_gone", broken)

            def is_noticed(seed: int, of: str = name) -> bool:
                try:
                    hubspot(seed, tmp_path / f"{of}{seed}")
                except AssertionError:
                    return True
                return False

            assert any(is_noticed(seed) for seed in FEW), name
