"""What a source does while it is read, by the numbers of the fault list: F06 to F10.

Records move, share an instant, are stamped wrong or go without a word; none is lost or doubled.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import duckdb

from tests.sources import server as faults
from tests.sources.nights import Nights
from tests.sources.server import Answer, Ask, Server
from tests.sources.test_faults import TICKETS, cursor, refusal
from tests.sources.zendesk import HISTORY, TICKET, Zendesk, iso


def test_f06_an_expired_cursor_goes_back_to_what_was_committed(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    nights.run(0)
    desk.now = server.now + timedelta(hours=3)
    for _ in range(10):
        desk.change()
    desk.cursors_from = int(desk.now.timestamp()) + 1
    server.now = desk.now + timedelta(hours=1)
    expired = len(server.asked)
    nights.run(1)
    asked = [a.query for a in server.asked[expired:] if TICKETS in a.path]
    assert "cursor" in asked[0]
    assert "start_time" in asked[1]
    assert nights.known("ticket", *TICKET) == desk.true_tickets()


def test_f07_a_record_that_changes_while_it_is_read_is_one_row(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    def moved(ask: Ask, answer: Answer) -> Answer:
        first = min(desk.tickets)
        desk.now += timedelta(seconds=5)
        desk.tickets[first] |= {"status": "solved", "updated_at": iso(desk.now)}
        desk.tickets[first]["generated_timestamp"] = int(desk.now.timestamp())
        return answer

    server.faults.append(faults.once(moved, 3))
    nights.run()
    pages = (nights.home / "landing/support/pages/2026-01-05/ticket.ndjson").read_text()
    ids = [t["id"] for line in pages.splitlines() for t in json.loads(line)["tickets"]]
    assert ids.count(1) == 2
    assert nights.known("ticket", *TICKET) == desk.true_tickets()


def test_f08_more_records_of_one_second_than_a_page_holds_are_all_kept(
    desk: Zendesk, nights: Nights
) -> None:
    for _ in range(4 * desk.page):
        desk.tick(0)
        desk.add_ticket()
    nights.run()
    assert nights.known("ticket", *TICKET) == desk.true_tickets()
    assert nights.known("ticket_field_history", *HISTORY) == desk.true_history()


def test_f09_a_clock_in_2999_skips_nothing(desk: Zendesk, server: Server, nights: Nights) -> None:
    """Neither a record stamped so nor a whole source that thinks so."""
    desk.tickets[1] |= {"updated_at": "2999-01-01T00:00:00Z"}
    nights.run(0)
    server.now = datetime(2999, 1, 1, tzinfo=UTC)
    nights.run(1)
    assert json.loads(cursor(nights) or "")["at"] == "2026-01-07T00:00:00+00:00"
    server.now = datetime(2026, 1, 7, 2, tzinfo=UTC)
    desk.now = server.now - timedelta(hours=1)
    desk.tickets[1] |= {"status": "solved", "updated_at": iso(desk.now)}
    desk.tickets[1]["generated_timestamp"] = int(desk.now.timestamp())
    nights.run(2)
    assert ("1", "solved") in nights.known("ticket", "id", "status")


def test_f10_a_record_that_is_gone_without_a_word_is_found_by_the_night_that_compares(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    nights.run(0)
    del desk.tickets[3]
    desk.now = server.now + timedelta(hours=1)
    desk.users[201]["active"] = False
    desk._touched(desk.users[201])
    nights.run(1)
    # the user said so; the ticket said nothing, and this was no night that compares
    assert ("201", False) in nights.known("user", "id", "active")
    assert ("3", "new") in nights.known("ticket", "id", "status")
    nights.run(7)
    assert ("3", "deleted") in nights.known("ticket", "id", "status")
    lost = {row for row in nights.known("ticket", "id") if row[0] not in {"3"}}
    assert lost == {(row[0],) for row in desk.true_tickets()}


def test_f10_a_source_that_suddenly_has_nothing_deletes_nothing(
    desk: Zendesk, nights: Nights
) -> None:
    nights.run(0)
    desk.tickets.clear()
    assert "nothing left" in refusal(nights, 7)


def test_f10_a_record_that_was_taken_for_gone_and_comes_back_as_it_was_is_there(
    desk: Zendesk, nights: Nights
) -> None:
    """Its version is the old one: that it was gone must be neither newer nor the same version."""
    nights.run(0)
    hidden = desk.tickets.pop(3)
    nights.run(7)
    assert ("3", "deleted") in nights.known("ticket", "id", "status")
    desk.tickets[3] = hidden
    nights.run(14)
    # all but the instant, which no longer is the source's
    known = {row[:-1] for row in nights.known("ticket", *TICKET)}
    assert known == {row[:-1] for row in desk.true_tickets()}
    told = duckdb.sql(
        "select count(distinct updated_at), count(distinct status || updated_at) "
        f"from read_parquet('{nights.home}/landing/support/ticket/*.parquet') where id = '3'"
    ).fetchone()
    assert told[0] == told[1] == 3
