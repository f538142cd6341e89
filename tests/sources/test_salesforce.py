"""Salesforce's own ways that would change pay if they were missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from expectations import GATES
from orchestration.errors import SourceError
from orchestration.extract.api.vendors import salesforce as vendor
from tests.sources import server as faults
from tests.sources.nights import Nights
from tests.sources.salesforce import DEAL, HISTORY, Salesforce
from tests.sources.server import Answer, Ask, Server, said

CLIENT = {"token": None, "client_id": "me", "client_secret": "hush"}


@pytest.fixture
def org() -> Salesforce:
    return Salesforce()


@pytest.fixture
def server(org: Salesforce) -> Iterator[Server]:
    with Server(org, org.now + timedelta(hours=1)) as running:
        yield running


@pytest.fixture
def nights(server: Server, tmp_path: Path, plain: None) -> Nights:
    url = server.url.replace("http://", "https://")
    return Nights(tmp_path / "home", "crm", "salesforce", url, dict(CLIENT))


def alive(nights: Nights) -> set[tuple]:
    return {row for row in nights.known("opportunity", *DEAL) if not row[-2]}


def test_bulk_reads_the_same_rows_as_rest(
    org: Salesforce, server: Server, nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text for numbers, Z for +0000, an empty field for nothing: the same bytes in the end."""
    for _ in range(30):
        org.change()
    nights.run()
    monkeypatch.setattr(vendor, "BULK_ABOVE", 2)
    monkeypatch.setattr(vendor, "BULK_PAGE", 5)
    bulk = Nights(tmp_path / "bulk", "crm", "salesforce", nights.url, dict(CLIENT))
    bulk.run()
    assert any("jobs/query" in ask.path for ask in server.asked)
    assert bulk.files() == nights.files()
    assert alive(bulk) == org.true_deals()


def test_deleted_records_are_asked_for(org: Salesforce, nights: Nights) -> None:
    number = sorted(org.objects["Opportunity"])[0]
    org.objects["Opportunity"][number]["IsDeleted"] = True
    nights.run()
    assert (number, True) in nights.known("opportunity", "id", "is_deleted")


def test_objects_that_the_org_lacks_are_skipped(org: Salesforce, nights: Nights) -> None:
    tables = nights.run()["tables"]
    for name in ("lead", "lead_history", "opportunity_team_member", "contact", "event"):
        assert tables[name]["is_offered"] is False
    del org.objects["User"]
    with pytest.raises(SourceError, match="no User"):
        nights.run(1)


def test_fields_that_the_org_lacks_are_not_asked_for(org: Salesforce, nights: Nights) -> None:
    manifest = nights.run()
    assert "currency_iso_code" in manifest["tables"]["opportunity"]["missing_columns"]
    for deal in org.objects["Opportunity"].values():
        del deal["OwnerId"]
    with pytest.raises(SourceError, match="owner_id"):
        nights.run(7)


def test_the_lower_bound_is_inclusive(org: Salesforce, server: Server, nights: Nights) -> None:
    """A record stamped in the very instant at which the last read began."""
    nights.api["look_back_hours"] = 0
    org.now = server.now
    nights.run(0)
    number = org.add_deal()
    server.now += timedelta(days=1)
    nights.run(1)
    assert (number,) in nights.known("opportunity", "id")


def test_c01_overlay_splits_are_told_from_revenue_splits(org: Salesforce, nights: Nights) -> None:
    deal = sorted(org.objects["Opportunity"])[0]
    for kind, share in ((org.revenue, 60.0), (org.revenue, 40.0), (org.overlay, 100.0)):
        org.add("OpportunitySplit", "1Eg", OpportunityId=deal, SplitOwnerId=org.users[0],
                SplitTypeId=kind, SplitPercentage=share)  # fmt: skip
    nights.run()
    splits = nights.known("opportunity_split", "id", "split_type", "split_percentage")
    assert sum(row[2] for row in splits if row[1] == "Revenue") == 100
    assert [row[2] for row in splits if row[1] == "Overlay"] == [100]


@pytest.mark.parametrize(
    ("name", "must_be_whole", "is_revenue_there", "told"),
    [
        ("Specialists", False, True, "Overlay"),
        ("Bookings", True, False, "Revenue"),
        ("Bookings", True, True, "Bookings"),
    ],
)
def test_c01_a_type_of_split_is_told_by_whether_it_must_be_the_whole(
    name: str,
    must_be_whole: bool,
    is_revenue_there: bool,
    told: str,
    org: Salesforce,
    nights: Nights,
) -> None:
    """An overlay of the company's own is no revenue, and its only whole is. A second whole would
    pay a deal twice: it keeps its name, for which the gate stops."""
    if not is_revenue_there:
        del org.objects["OpportunitySplitType"][org.revenue]
    kind = org.add_split_type(name, must_be_whole)
    deal = sorted(org.objects["Opportunity"])[0]
    org.add("OpportunitySplit", "1Eg", OpportunityId=deal, SplitOwnerId=org.users[0],
            SplitTypeId=kind, SplitPercentage=70.0)  # fmt: skip
    nights.run()
    assert {row[0] for row in nights.known("opportunity_split", "split_type")} == {told}
    [gate] = [gate for gate in GATES if gate.table == "raw_crm.opportunity_split"]
    [rule] = [rule for rule in gate.rules() if rule.columns == ("split_type",)]
    stops = duckdb.sql(f"select {rule.breaks} from (select '{told}' as split_type)").fetchone()
    assert stops == (told == "Bookings",)


def test_c06_owners_come_from_the_history_of_fields(
    org: Salesforce, nights: Nights, server: Server
) -> None:
    number = org.add_deal()
    first, second = org.users[:2]
    org.objects["Opportunity"][number]["OwnerId"] = first
    for fields in ({"StageName": "Closed Won"}, {"OwnerId": second}):
        org.now += timedelta(days=1)
        org.set(number, **fields)
    server.now = org.now + timedelta(hours=1)
    nights.run()
    told = {row for row in nights.known("opportunity_history", *HISTORY) if row[0] == number}
    assert told == org.true_history(number)
    assert [row[2] for row in sorted(told, key=lambda row: row[1])] == [first, first, second]


def test_c06_a_moment_is_told_when_all_lists_have_it(
    org: Salesforce, nights: Nights, server: Server
) -> None:
    """Fails if a deal that gets another owner between two lists keeps half of that moment for good:
    what has landed as an event is not told again."""
    nights.api["look_back_hours"] = 0
    number = org.add_deal()
    nights.run(0)
    server.now += timedelta(days=1)
    org.now = server.now

    def moves(ask: Ask, answer: Answer) -> Answer:
        if "FROM OpportunityHistory" in ask.query.get("q", "") and org.now == server.now:
            org.now += timedelta(seconds=1)
            org.set(number, OwnerId=org.users[0])
            org.now += timedelta(seconds=1)
            org.set(number, OwnerId=org.users[1])
        return answer

    server.faults = [moves]
    nights.run(1)
    assert org.now > server.now
    server.now += timedelta(days=1)
    nights.run(2)
    told = {row for row in nights.known("opportunity_history", *HISTORY) if row[0] == number}
    assert told == org.true_history(number)


def test_a_merged_account_says_into_which(org: Salesforce, nights: Nights) -> None:
    kept, gone = org.accounts[:2]
    org.objects["Account"][gone] |= {"IsDeleted": True, "MasterRecordId": kept}
    nights.run()
    assert (gone, kept, True) in nights.known("account", "id", "master_record_id", "is_deleted")


def test_an_archived_task_is_read(org: Salesforce, nights: Nights) -> None:
    deal = sorted(org.objects["Opportunity"])[0]
    task = org.add("Task", "00T", OwnerId=org.users[0], WhatId=deal, IsArchived=True)
    nights.run()
    assert (task, deal) in nights.known("task", "id", "what_id")


def test_f11_a_page_that_points_to_itself_stops(server: Server, nights: Nights) -> None:
    def again(ask: Ask, answer: Answer) -> Answer:
        if "/query" not in ask.path or "jobs" in ask.path:
            return answer
        url = "/services/data/v62.0/query/01g0000-0"
        return said({"totalSize": 9, "done": False, "records": [], "nextRecordsUrl": url})

    server.faults.append(again)
    with pytest.raises(SourceError, match="read already"):
        nights.run()


def test_f05_a_session_that_ends_is_renewed_once(
    org: Salesforce, server: Server, nights: Nights
) -> None:
    def ended(ask: Ask, answer: Answer) -> Answer:
        org.token = "another"
        return said([{"errorCode": "INVALID_SESSION_ID"}], status=401)

    server.faults.append(faults.once(ended, 12))
    nights.run()
    assert alive(nights) == org.true_deals()
    assert [ask.path for ask in server.asked].count("/services/oauth2/token") == 2
