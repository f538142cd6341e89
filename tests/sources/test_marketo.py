"""Marketo: errors with status 200, an end that only `moreResult` tells, leads by their ids."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from orchestration.errors import SourceError
from tests.sources import server as faults
from tests.sources.nights import Nights
from tests.sources.server import Answer, Ask, Server, said

NOW = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
CLIENT = {"token": None, "client_id": "me", "client_secret": "hush"}


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


class Marketo:
    """A made-up company's Marketo. An answer holds at most two records."""

    def __init__(self, seed: int = 1) -> None:
        self.drawn = random.Random(seed)
        self.now = NOW
        self.tokens = 0
        self.deeds: list[dict[str, Any]] = []
        stamps = {"createdAt": iso(NOW), "updatedAt": iso(NOW)}
        self.programs = [
            {"id": n, "name": f"P{n}", "channel": "Webinar", **stamps} for n in (1, 2, 3)
        ]
        self.campaigns = [{"id": n, "name": f"C{n}", "programId": 1, **stamps} for n in (7, 8, 9)]
        self.people = {
            n: {"id": n, "email": f"l{n}@example.com", "firstName": "L", "lastName": str(n),
                "company": "Acme", **stamps}
            for n in range(1, 8)
        }  # fmt: skip
        for number in range(7):
            self.do(number % 5 + 1, NOW - timedelta(days=30 - number))

    def do(self, lead: int, at: datetime) -> None:
        self.deeds.append({"id": len(self.deeds), "marketoGUID": f"g{len(self.deeds)}",
                           "leadId": lead, "activityDate": iso(at), "activityTypeId": 2,
                           "campaignId": 7})  # fmt: skip

    def change(self) -> None:
        """Somebody does something, or a program is renamed."""
        self.now += timedelta(seconds=self.drawn.choice((0, 1, 60)))
        if self.drawn.random() < 0.2:
            program = self.drawn.choice(self.programs)
            program |= {"name": f"P{self.now:%d%H%M%S}", "updatedAt": iso(self.now)}
        else:
            self.do(self.drawn.choice(sorted(self.people)), self.now)

    def vanish(self) -> None:
        """Nothing goes without a word that a table of ours could show."""

    def __call__(self, ask: Ask) -> Answer:
        if ask.path == "/identity/oauth/token":
            self.tokens += 1
            return said({"access_token": f"token{self.tokens}", "expires_in": 3600})
        if ask.headers["authorization"] != f"Bearer token{self.tokens}":
            return said({"success": False, "errors": [{"code": "602", "message": "expired"}]})
        return said({"requestId": "r", "success": True, **self._page(ask)})

    def _page(self, ask: Ask) -> dict[str, Any]:
        if ask.path == "/rest/v1/stats/usage.json":
            return {"result": []}
        if ask.path == "/rest/asset/v1/programs.json":
            start = int(ask.query["offset"])
            found = self.programs[start : start + 2]
            return {"result": found} if found else {"warnings": ["No assets found"]}
        if ask.path == "/rest/v1/campaigns.json":
            start = int(ask.query.get("nextPageToken", 0))
            more = {"nextPageToken": str(start + 2)} if start + 2 < len(self.campaigns) else {}
            return {"result": self.campaigns[start : start + 2], **more}
        if ask.path == "/rest/v1/activities/pagingtoken.json":
            since = ask.query["sinceDatetime"]
            earlier = [deed for deed in self.deeds if deed["activityDate"] < since]
            return {"nextPageToken": str(len(earlier))}
        if ask.path == "/rest/v1/activities.json":
            start = int(ask.query["nextPageToken"])
            found = self.deeds[start : start + 2]
            told = {"nextPageToken": str(start + 2), "moreResult": start + 2 < len(self.deeds)}
            return {"result": found, **told} if found else told
        asked = dict(parse_qsl(ask.body.decode()))
        assert ask.path == "/rest/v1/leads.json"
        assert ask.query == {"_method": "GET"}
        ids = [int(one) for one in asked["filterValues"].split(",")]
        return {"result": [self.people[number] for number in ids]}


@pytest.fixture
def tool() -> Marketo:
    return Marketo()


@pytest.fixture
def server(tool: Marketo) -> Iterator[Server]:
    with Server(tool, NOW) as running:
        yield running


@pytest.fixture
def nights(server: Server, tmp_path: Path) -> Nights:
    return Nights(tmp_path / "home", "marketing", "marketo", server.url, dict(CLIENT))


def test_f14_all_activities_are_read_and_no_page_after_the_last(
    tool: Marketo, server: Server, nights: Nights
) -> None:
    nights.run()
    assert nights.known("activity", "id", "lead_id", "campaign_id") == {
        (deed["marketoGUID"], str(deed["leadId"]), "7") for deed in tool.deeds
    }
    asked = [ask for ask in server.asked if ask.path == "/rest/v1/activities.json"]
    assert len(asked) == 4
    assert nights.known("program", "id") == {("1",), ("2",), ("3",)}
    assert nights.known("campaign", "id", "program_id") == {("7", "1"), ("8", "1"), ("9", "1")}


def test_leads_are_those_who_did_something(tool: Marketo, server: Server, nights: Nights) -> None:
    nights.run(0)
    assert nights.known("lead", "id") == {(str(number),) for number in range(1, 6)}
    server.now += timedelta(days=1)
    tool.do(7, server.now - timedelta(hours=3))
    manifest = nights.run(1)
    assert ("7", "l7@example.com") in nights.known("lead", "id", "email")
    assert manifest["tables"]["activity"]["rows"] == 1


def test_f05_an_expired_token_says_so_with_status_200(
    tool: Marketo, server: Server, nights: Nights
) -> None:
    def expire(ask: Ask, answer: Answer) -> Answer:
        tool.tokens += 1
        return said({"success": False, "errors": [{"code": "602", "message": "expired"}]})

    server.faults.append(faults.once(expire, 6))
    nights.run()
    assert len(nights.known("activity", "id")) == 7
    assert [ask.path for ask in server.asked].count("/identity/oauth/token") == 2


def test_f01_a_rate_limit_says_so_with_status_200(server: Server, nights: Nights) -> None:
    limited = said({"success": False, "errors": [{"code": "606", "message": "Max rate limit"}]})
    server.faults.append(faults.first_times(lambda ask, answer: limited, 2, "activities.json"))
    nights.run()
    assert len(nights.time.slept) == 2
    server.faults[:] = [faults.first_times(lambda ask, answer: limited, 99, "activities.json")]
    with pytest.raises(SourceError, match="complains: error 606"):
        nights.run(1)


def test_bad_weather_changes_nothing(server: Server, nights: Nights, tmp_path: Path) -> None:
    calm = Nights(tmp_path / "calm", "marketing", "marketo", server.url, dict(CLIENT))
    calm.run()
    server.faults += [faults.weather(5, 0.3), faults.shuffled(5)]
    nights.run()
    assert nights.files() == calm.files()
