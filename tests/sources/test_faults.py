"""What goes wrong between a vendor and us, by the numbers of the fault list: F01 to F14.

A fault that passes changes no byte of what lands; one that stays stops the landing, and the next
night begins where the last committed one ended.
"""

from __future__ import annotations

import base64
import json
import resource
import time
from dataclasses import replace
from datetime import date, timedelta
from email.utils import format_datetime

import pytest

from orchestration import landing
from orchestration.errors import SourceError
from tests.sources import server as faults
from tests.sources.nights import FIRST, Nights
from tests.sources.server import Answer, Ask, Server
from tests.sources.zendesk import TICKET, Zendesk

TICKETS = "tickets/cursor"


def refusal(nights: Nights, night: int = 0) -> str:
    with pytest.raises(SourceError) as refused:
        nights.run(night)
    assert not landing.manifest_path(
        nights.home, nights.domain, FIRST + timedelta(days=night)
    ).exists()
    return str(refused.value)


def cursor(nights: Nights) -> str | None:
    committed = landing.manifests(nights.home, nights.domain, date.max)
    return committed[-1]["cursor_to"] if committed else None


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_f01_waits_at_least_as_long_as_it_is_asked_to(
    server: Server, nights: Nights, undisturbed: dict[str, bytes], form: str
) -> None:
    asked = {"seconds": "95", "date": format_datetime(server.now + timedelta(seconds=95), True)}
    server.faults.append(faults.first_times(faults.status(429, **{"Retry-After": asked[form]}), 2))
    nights.run()
    assert len(nights.time.slept) == 2
    assert min(nights.time.slept) >= 95
    assert nights.files() == undisturbed


def test_f01_a_wait_that_outlasts_the_night_stops_it(server: Server, nights: Nights) -> None:
    server.faults.append(faults.status(429, **{"Retry-After": "86400"}))
    assert "outlast" in refusal(nights)
    assert nights.time.slept == []


def test_f01_tries_are_bounded(server: Server, nights: Nights) -> None:
    server.faults.append(faults.status(429, **{"Retry-After": "1"}))
    assert "429" in refusal(nights)
    assert len(server.asked) == nights.patience.tries


def test_f02_three_bad_answers_change_nothing(
    server: Server, nights: Nights, undisturbed: dict[str, bytes]
) -> None:
    server.faults.append(faults.first_times(faults.status(503), 3, TICKETS))
    nights.run()
    assert nights.files() == undisturbed


def test_f02_bad_answers_for_ever_stop_the_night_and_keep_the_cursor(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    nights.run(0)
    before = cursor(nights)
    desk.change()
    server.faults.append(faults.first_times(faults.status(500), 99, "satisfaction"))
    assert "500" in refusal(nights, 1)
    assert cursor(nights) == before
    server.faults.clear()
    nights.run(1)
    assert nights.known("ticket", *TICKET) == desk.true_tickets()


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.6, 0.95])
def test_f03_a_connection_that_breaks_anywhere_changes_nothing(
    server: Server, nights: Nights, undisturbed: dict[str, bytes], share: float
) -> None:
    server.faults.append(faults.first_times(faults.reset_at(share), 2, TICKETS))
    nights.run()
    assert nights.files() == undisturbed


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (faults.cut_json, "no whole JSON"),
        (faults.html, "no whole JSON (text/html)"),
        (faults.without("end_of_stream"), "without end_of_stream"),
        (faults.without("tickets"), "without tickets"),
        (faults.status(302, Location="https://log.in/"), "redirects"),
    ],
)
def test_f03_part_of_a_page_never_lands(
    server: Server, nights: Nights, undisturbed: dict[str, bytes], fault: faults.Fault, told: str
) -> None:
    """Answered with status 200, but not what was asked for: asked again, then given up."""
    server.faults.append(faults.first_times(fault, 99, TICKETS))
    assert told in refusal(nights)
    if "redirects" not in told:
        server.faults[:] = [faults.first_times(fault, 2, TICKETS)]
        nights.run()
        assert nights.files() == undisturbed


def test_f04_an_answer_that_drips_is_given_up(server: Server, nights: Nights) -> None:
    nights.patience = replace(nights.patience, answer_seconds=0.2, tries=2)
    server.faults.append(faults.drip(0.05))
    begun = time.monotonic()
    assert "longer than" in refusal(nights)
    assert time.monotonic() - begun < 5


def test_f04_one_domain_has_an_end(server: Server, nights: Nights) -> None:
    """Each answer is slow but well; together they are longer than a domain may take."""
    nights.patience = replace(nights.patience, whole_seconds=10.0)

    def slow(ask: Ask, answer: Answer) -> Answer:
        nights.time.at += 4.0
        return answer

    server.faults.append(slow)
    assert "not read to its end within 10 s" in refusal(nights)


def test_f05_a_token_that_cannot_be_renewed_stops_the_night(server: Server, nights: Nights) -> None:
    server.faults.append(faults.once(faults.status(401), 3))
    assert "401" in refusal(nights)
    assert len(server.asked) == 3


def test_f11_a_list_that_goes_round_stops(desk: Zendesk, server: Server, nights: Nights) -> None:
    begin = base64.urlsafe_b64encode(b"1767578400|0|-1").decode()

    def again(ask: Ask, answer: Answer) -> Answer:
        if TICKETS not in ask.path:
            return answer
        page = json.loads(answer.body) | {"after_cursor": begin, "end_of_stream": False}
        return faults.said(page)

    server.faults.append(again)
    assert "never end" in refusal(nights)
    assert len(server.asked) < 6


def test_f11_other_cursors_and_the_same_page_stop_too(server: Server, nights: Nights) -> None:
    def stuck(ask: Ask, answer: Answer) -> Answer:
        if TICKETS not in ask.path:
            return answer
        rows = [{"id": 1}, {"id": 2}]
        told = {"after_cursor": f"cursor{ask.number}", "end_of_stream": False}
        return faults.said({"tickets": rows, **told})

    server.faults.append(stuck)
    assert "again and again" in refusal(nights)


def test_f12_a_bomb_of_gzip_is_refused_within_a_memory_limit(
    server: Server, nights: Nights
) -> None:
    nights.patience = replace(nights.patience, largest_answer=8 << 20, answer_seconds=30.0)
    server.faults.append(faults.bomb(200))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "larger than 8 MiB" in refusal(nights)
    # the packed answer is made in this process too; 200 MiB of blanks is what must not be
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 << 10


def test_f12_a_long_text_is_refused_and_a_shorter_one_lands(desk: Zendesk, nights: Nights) -> None:
    nights.patience = replace(nights.patience, largest_answer=1 << 20)
    desk.tickets[1]["subject"] = "x" * (1 << 20)
    assert "larger than 1 MiB" in refusal(nights)
    desk.tickets[1]["subject"] = "x" * (1 << 19)
    nights.run()
    assert ("1", 1 << 19) in nights.known("ticket", "id", "length(subject)")


def test_f12_json_nested_ten_thousand_deep_is_refused(server: Server, nights: Nights) -> None:
    deep = b'{"end_of_stream":true,"tickets":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    kind = {"Content-Type": "application/json"}
    server.faults.append(
        lambda ask, answer: Answer(200, deep, kind) if TICKETS in ask.path else answer
    )
    assert "nested too deep" in refusal(nights)


@pytest.mark.parametrize("seed", range(5))
def test_f13_the_order_of_keys_and_records_changes_no_byte(
    server: Server, nights: Nights, undisturbed: dict[str, bytes], seed: int
) -> None:
    server.faults.append(faults.shuffled(seed))
    nights.run()
    assert nights.files() == undisturbed


def test_f14_the_last_page_carries_a_cursor_and_is_the_last(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    nights.run()
    asked = [ask for ask in server.asked if TICKETS in ask.path]
    assert len(asked) == -(-len(desk.tickets) // desk.page)


def test_rows_that_are_lost_on_the_way_are_missed_by_the_source_s_own_count(
    server: Server, nights: Nights, undisturbed: dict[str, bytes]
) -> None:
    def loses_one(ask: Ask, answer: Answer) -> Answer:
        page = json.loads(answer.body)
        if TICKETS in ask.path and len(page["tickets"]) > 1:
            del page["tickets"][1]
        return faults.said(page)

    server.faults.append(loses_one)
    assert "the source counts 12 records, 9 arrived" in refusal(nights)
    server.faults[:] = [faults.first_times(loses_one, 1, TICKETS)]
    nights.run()
    assert nights.files() == undisturbed


def test_d06_deleted_tickets_do_not_stand_for_others_that_are_lost(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    """Fails if what Zendesk does not count hid what it does: a lost ticket would be marked gone."""
    for number in (2, 3, 4):
        desk.tickets[number]["status"] = "deleted"

    def loses_one(ask: Ask, answer: Answer) -> Answer:
        page = json.loads(answer.body)
        if TICKETS in ask.path:
            page["tickets"] = [t for t in page["tickets"] if t["id"] != 1]
        return faults.said(page)

    server.faults.append(loses_one)
    assert "the source counts 9 records, 8 arrived" in refusal(nights)


def test_a_next_page_on_another_host_gets_no_token(server: Server, nights: Nights) -> None:
    nights.run()
    assert all(ask.headers["host"] in server.url for ask in server.asked)
    with pytest.raises(SourceError, match="another host"):
        _session(nights).get("https://elsewhere.example.com/api/v2/users/me.json")


def _session(nights: Nights):
    from orchestration.extract.api.sending import CarefulSession

    return CarefulSession(nights.url, "support", nights.patience, nights.time.clock())
