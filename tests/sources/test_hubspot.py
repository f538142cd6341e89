"""HubSpot's own ways that would change pay if they were missed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations import rules as must
from orchestration import contract, landing, parquet
from orchestration.errors import SourceError
from tests.sources import server as faults
from tests.sources.hubspot import DEAL, HISTORY, SPLIT, HubSpot, iso
from tests.sources.nights import FIRST, Nights
from tests.sources.server import Answer, Ask, Server, said


@pytest.fixture
def portal() -> HubSpot:
    return HubSpot()


@pytest.fixture
def server(portal: HubSpot) -> Iterator[Server]:
    with Server(portal, portal.now + timedelta(hours=1)) as running:
        yield running


@pytest.fixture
def nights(server: Server, tmp_path: Path) -> Nights:
    return Nights(tmp_path / "home", "crm", "hubspot", server.url)


def alive(nights: Nights) -> set[tuple]:
    return {row for row in nights.known("opportunity", *DEAL) if not row[-1]}


def test_f08_more_changes_of_one_moment_than_a_search_may_answer(
    portal: HubSpot, server: Server, nights: Nights
) -> None:
    """A search answers up to a cap, and no window of time is smaller than one moment."""
    nights.run(0)
    portal.now = server.now = server.now + timedelta(days=1)
    for _ in range(20):
        portal.add_deal()
    portal.cap = 6
    nights.run(1)
    assert alive(nights) == portal.true_deals()


def test_archived_deals_are_read_and_marked(portal: HubSpot, nights: Nights) -> None:
    number = sorted(portal.kinds["deals"])[0]
    portal.kinds["deals"][number] |= {"archived": True, "archivedAt": "2025-12-01T09:00:01.000Z"}
    nights.run()
    assert (number, True) in nights.known("opportunity", "id", "is_deleted")


@pytest.mark.parametrize("is_whole", [True, False])
def test_d06_archived_deals_do_not_stand_for_live_ones_that_are_lost(
    is_whole: bool, portal: HubSpot, server: Server, nights: Nights
) -> None:
    """Fails if what HubSpot does not count hid what it does: the lost deal would be marked gone."""
    nights.api["whole_every_days"] = 1 if is_whole else 7
    first, second = sorted(portal.kinds["deals"])[:2]
    portal.kinds["deals"][first] |= {"archived": True, "archivedAt": "2025-12-01T09:00:01.000Z"}
    nights.run(0)
    portal.now = server.now = server.now + timedelta(days=1)
    portal.set("deals", second, amount="7")

    def loses_one(ask: Ask, answer: Answer) -> Answer:
        page = json.loads(answer.body)
        if "/objects/deals" in ask.path and "results" in page:
            page["results"] = [r for r in page["results"] if r.get("id") != second]
        return said(page, status=answer.status)

    server.faults.append(loses_one)
    with pytest.raises(SourceError, match="the source counts"):
        nights.run(1)
    assert (second, True) not in nights.known("opportunity", "id", "is_deleted")


@pytest.mark.parametrize("tells", [True, False])
def test_f26_a_stage_that_is_renamed_is_a_new_version_of_its_deals(
    tells: bool, portal: HubSpot, server: Server, nights: Nights
) -> None:
    """The gate refuses what changes behind its own back: the same rename, dated before it was."""
    nights.api["whole_every_days"] = 1
    nights.run(0)
    portal.stages["appointmentscheduled"] = ("Discovery", "0.2")
    if tells:
        portal.stages_updated = iso(server.now + timedelta(hours=20))
    server.now += timedelta(days=1)
    nights.run(1)
    opportunity = contract.domains()["crm"].tables["opportunity"]
    landed = landing.files_of(nights.home, "crm", opportunity, date.max)
    judged = parquet.scan(file["location"] for file in landed)
    rule = must.keep_its_story_about("id", "system_modstamp")
    with duckdb.connect() as night:
        night.execute("create schema raw_night")
        for name, days in (("run", 1), ("releases", 0)):
            on = FIRST + timedelta(days=days)
            night.execute(f"create table raw_night.{name} as select date '{on}' as run_date")
        query = f"with judged as (select * from {judged}) {rule.failing}"
        failing = night.execute(query).fetchall()
    assert len(failing) == (0 if tells else len(portal.kinds["deals"]))
    if tells:
        assert alive(nights) == portal.true_deals()


def test_a_close_date_is_the_day_it_was_in_the_zone_of_the_account(
    portal: HubSpot, nights: Nights
) -> None:
    number = sorted(portal.kinds["deals"])[0]
    portal.set("deals", number, closedate="2026-04-01T03:59:59Z", amount="10.10")
    nights.run()
    closed = nights.known("opportunity", "id", "close_date", "amount")
    assert (number, date(2026, 3, 31), Decimal("10.10")) in closed


def test_c06_the_owner_on_a_day_is_told_by_the_history(portal: HubSpot, nights: Nights) -> None:
    number = portal.add_deal()
    portal.set("deals", number, hubspot_owner_id="1")
    portal.now += timedelta(days=1)
    portal.set("deals", number, dealstage="closedwon")
    portal.now += timedelta(days=1)
    portal.set("deals", number, hubspot_owner_id="2", amount="")
    nights.run()
    told = {row for row in nights.known("opportunity_history", *HISTORY) if row[0] == number}
    assert told == portal.true_history(number)
    won = min(row[1] for row in told if row[-1])
    assert {row[2] for row in told if row[1] == won} == {"1"}


def test_c01_a_split_that_was_taken_away_is_gone_the_same_night(
    portal: HubSpot, server: Server, nights: Nights
) -> None:
    """Else two full sets of splits would stand, and the deal be held."""
    number = sorted(portal.kinds["deals"])[0]
    portal.splits[number] = [portal._split(1, "0.6"), portal._split(2, "0.4")]
    nights.run(0)
    portal.now = server.now = server.now + timedelta(days=1)
    portal.splits[number] = [portal._split(1, "0.33333333"), portal._split(3, "0.66666667")]
    portal.set("deals", number)
    nights.run(1)
    kept = nights.known("opportunity_split", *SPLIT, "is_deleted")
    assert {row[:-1] for row in kept if not row[-1]} == portal.true_splits()
    assert sum(row[3] for row in kept if not row[-1]) == 100


def test_a_portal_without_splits_has_none(server: Server, nights: Nights) -> None:
    def forbidden(ask: Ask, answer: Answer) -> Answer:
        return said({"category": "MISSING_SCOPES"}, status=403) if "splits" in ask.path else answer

    server.faults.append(forbidden)
    assert nights.run()["tables"]["opportunity_split"]["is_offered"] is False


def test_an_owner_is_no_user(portal: HubSpot, nights: Nights) -> None:
    nights.run()
    assert nights.known("user", "id", "email", "is_active") == {
        ("1", "o1@example.com", True), ("2", "o2@example.com", True), ("3", "o3@example.com", False)
    }  # fmt: skip


def test_a_merged_company_says_into_which(portal: HubSpot, server: Server, nights: Nights) -> None:
    nights.run(0)
    kept, gone = sorted(portal.kinds["companies"])[:2]
    portal.now = server.now = server.now + timedelta(days=1)
    del portal.kinds["companies"][gone]
    portal.set("companies", kept, hs_merged_object_ids=gone)
    nights.run(1)
    assert (gone, kept, True) in nights.known("account", "id", "master_record_id", "is_deleted")


def test_f05_a_token_is_renewed_once_in_the_middle_of_a_list(
    portal: HubSpot, server: Server, nights: Nights
) -> None:
    given = []

    def tokens(ask: Ask, answer: Answer) -> Answer:
        if ask.path != "/oauth/v1/token":
            return answer
        given.append(dict(part.split("=") for part in ask.body.decode().split("&")))
        portal.token = f"token-{len(given)}"
        return said({"access_token": portal.token, "expires_in": 1800})

    def expire(ask: Ask, answer: Answer) -> Answer:
        portal.token = "another"
        return said({"category": "EXPIRED_AUTHENTICATION"}, status=401)

    nights.api |= {"token": None, "client_id": "me", "client_secret": "s", "refresh_token": "r"}
    server.faults += [tokens, faults.once(expire, 9)]
    nights.run()
    assert len(given) == 2
    assert given[0]["grant_type"] == "refresh_token"
    assert alive(nights) == portal.true_deals()


def test_f05_a_renewed_token_that_is_refused_too_stops_the_night(
    portal: HubSpot, server: Server, nights: Nights
) -> None:
    def tokens(ask: Ask, answer: Answer) -> Answer:
        granted = said({"access_token": "useless", "expires_in": 1800})
        return granted if ask.path == "/oauth/v1/token" else answer

    nights.api |= {"token": None, "client_id": "me", "client_secret": "s", "refresh_token": "r"}
    server.faults.append(tokens)
    with pytest.raises(SourceError, match="401"):
        nights.run()
    assert [ask.path for ask in server.asked].count("/oauth/v1/token") == 2


def test_no_word_of_a_refused_client_holds_its_secret(server: Server, nights: Nights) -> None:
    def refused(ask: Ask, answer: Answer) -> Answer:
        return Answer(400, ask.body) if ask.path == "/oauth/v1/token" else answer

    nights.api |= {"token": None, "client_id": "me", "client_secret": "hush", "refresh_token": "hu"}
    server.faults.append(refused)
    with pytest.raises(SourceError, match="gives no token") as told:
        nights.run()
    assert "hush" not in str(told.value)


def test_payloads_of_hubspot_s_own_shape_are_read(
    company_data: Callable[[str], Path], portal: HubSpot, server: Server, nights: Nights
) -> None:
    """Lists as a public mock of HubSpot serves them: not made here."""
    folder = company_data("hubspot_mock_payloads")
    files = {"deals": "mock_deals_data", "companies": "mock_companies_data",
             "contacts": "mock_contacts_data"}  # fmt: skip
    lists = {kind: json.loads((folder / f"{n}.json").read_text()) for kind, n in files.items()}

    def mocked(ask: Ask, answer: Answer) -> Answer:
        kind, _, rest = ask.path.removeprefix("/crm/v3/objects/").partition("/")
        if kind not in lists or rest.startswith(("splits", "batch")):
            return answer
        if rest == "search":
            return said({"total": len(lists[kind]["results"]), "results": []})
        # HubSpot names each property it was asked for; the mock those it had
        asked = dict.fromkeys(ask.query["properties"].split(","))
        tracked = ask.query.get("propertiesWithHistory", "").split(",")
        past = {name: [] for name in tracked}
        shown = [
            r | {"properties": asked | r["properties"], "propertiesWithHistory": past}
            for r in lists[kind]["results"]
        ]
        return said({"results": shown if ask.query["archived"] == "false" else []})

    server.faults.append(mocked)
    portal.splits.clear()
    manifest = nights.run()
    deals = {deal["id"]: deal["properties"]["amount"] for deal in lists["deals"]["results"]}
    known = dict(nights.known("opportunity", "id", "amount"))
    assert {key: Decimal(value) for key, value in deals.items()} == known
    for kind, table in (("companies", "account"), ("contacts", "contact")):
        ids = {(record["id"],) for record in lists[kind]["results"]}
        assert nights.known(table, "id") == ids, manifest["tables"][table]
