"""HubSpot's marketing: submissions back to the last night, by form, campaign and address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.errors import SourceError
from tests.sources import server as faults
from tests.sources.hubspot_marketing import ACTIVITY, NOW, Portal
from tests.sources.nights import Nights
from tests.sources.server import Answer, Ask, Server


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def server(portal: Portal) -> Iterator[Server]:
    with Server(portal, NOW) as running:
        yield running


@pytest.fixture
def nights(server: Server, tmp_path: Path) -> Nights:
    return Nights(tmp_path / "home", "marketing", "hubspot_marketing", server.url)


def test_submissions_are_of_a_contact_and_of_the_only_campaign_of_their_form(
    portal: Portal, nights: Nights
) -> None:
    unknown = portal.submit("f2", "nobody@example.com", NOW - timedelta(days=2))
    former = portal.submit("f2", "other@example.com", NOW - timedelta(days=2))
    of_two = portal.submit("f3", "p4@example.com", NOW - timedelta(days=1))
    nights.run()
    assert nights.known("activity", *ACTIVITY) == {
        *((f"s{n}", str(n % 3 + 1), "c1", "form_fill") for n in range(7)),
        (unknown, "unassigned", "c2", "form_fill"),
        (former, "2", "c2", "form_fill"),
        (of_two, "4", None, "form_fill"),
    }
    assert nights.known("lead", "id", "email") == {
        (str(n), f"p{n}@example.com") for n in range(1, 5)
    }


def test_a_campaigns_owner_is_an_owner_and_no_user(nights: Nights) -> None:
    """Fails if the owner of campaign 2 were user 2, who is owner 1."""
    nights.run()
    assert nights.known("program", "id", "name", "owner_email") == {
        ("c1", "Campaign 1", "ann@example.com"), ("c2", "Campaign 2", None),
        ("c3", "Campaign 3", None),
    }  # fmt: skip
    assert nights.known("campaign", "id", "program_id") == {(f"c{n}", f"c{n}") for n in (1, 2, 3)}


def test_the_next_night_reads_no_further_back_than_the_last(
    portal: Portal, server: Server, nights: Nights
) -> None:
    nights.run(0)
    server.now += timedelta(days=1)
    new = portal.submit("f1", "p1@example.com", server.now - timedelta(hours=3))
    before = len(server.asked)
    manifest = nights.run(1)
    asked = [ask for ask in server.asked[before:] if ask.path.endswith("/f1")]
    assert len(asked) == 1
    assert manifest["tables"]["activity"]["rows"] == 1
    assert (new,) in nights.known("activity", "id")


def test_d06_fewer_campaigns_than_the_source_counts_are_none(
    server: Server, nights: Nights
) -> None:
    def counts_more(ask: Ask, answer: Answer) -> Answer:
        return Answer(200, answer.body.replace(b'"total": 3', b'"total": 4'), answer.headers)

    server.faults.append(counts_more)
    with pytest.raises(SourceError, match="counts 4 records, 3 arrived, 3 times"):
        nights.run()


def test_f13_bad_weather_changes_nothing(server: Server, nights: Nights, tmp_path: Path) -> None:
    calm = Nights(tmp_path / "calm", "marketing", "hubspot_marketing", server.url)
    calm.run()
    server.faults += [faults.weather(5, 0.3), faults.shuffled(5)]
    nights.run()
    assert nights.files() == calm.files()


def test_what_was_told_of_a_submission_stays(
    portal: Portal, server: Server, nights: Nights
) -> None:
    """Fails if a form that joins a campaign later changes what was told of its submissions."""
    late = portal.submit("f2", "p1@example.com", NOW - timedelta(hours=2))
    nights.run(0)
    portal.forms_of["c3"] = ["f2"]
    server.now += timedelta(hours=12)
    manifest = nights.run(1)
    assert manifest["tables"]["activity"]["rows"] == 0
    assert (late, "1", "c2", "form_fill") in nights.known("activity", *ACTIVITY)
