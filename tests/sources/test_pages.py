"""Pages and cursor: committed together, read again without the source, and as much as was asked."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration import connect, contract, durable, landing
from orchestration.errors import SourceError
from orchestration.extract.api import backfill, pages, way
from tests.one_key import give_key
from tests.sources.nights import FIRST, Nights
from tests.sources.server import Answer, Ask, Server, said
from tests.sources.zendesk import TICKET, Zendesk


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", ["pages", "data", "manifest"])
def test_a_kill_between_data_and_cursor_loses_and_skips_nothing(
    desk: Zendesk, server: Server, nights: Nights, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    nights.run(0)
    committed = landing.manifests(nights.home, "support", date.max)
    desk.now = server.now = server.now + timedelta(hours=5)
    for _ in range(8):
        desk.change()
    server.now = desk.now + timedelta(hours=1)

    def kill(*arguments: object, **named: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if at == "pages":
            patched.setattr(way.pages.durable, "sync_file", kill)
        else:
            patched.setattr(durable, "commit_file" if at == "data" else "write_bytes", kill)
        with pytest.raises(Killed):
            nights.run(1)
    assert landing.manifests(nights.home, "support", date.max) == committed
    desk.change()
    nights.run(1)
    assert nights.known("ticket", *TICKET) == desk.true_tickets()


def test_a_second_call_of_a_night_asks_the_source_nothing(server: Server, nights: Nights) -> None:
    first = nights.run()
    asked = len(server.asked)
    assert nights.run() == first
    assert len(server.asked) == asked


def test_a_night_is_read_again_from_its_pages_without_a_network(
    desk: Zendesk, nights: Nights, tmp_path: Path
) -> None:
    with Server(desk) as server:
        nights.url = server.url
        nights.run(0)
        desk.now = server.now = server.now + timedelta(days=1)
        desk.change()
        desk.vanish()
        nights.api["whole_every_days"] = 1
        nights.run(1)
    before = nights.files()
    domain = contract.domains()["support"]
    for night in (0, 1):
        run_date = FIRST + timedelta(days=night)
        path = landing.manifest_path(nights.home, "support", run_date)
        committed = durable.read_json(path)
        copy = give_key(tmp_path / f"again{night}")
        landing.land(
            copy, domain, run_date, "api",
            lambda connection, cursor, on=run_date: way.read_again(
                connection, domain, nights.source(), on, nights.home
            ),
        )  # fmt: skip
        again = landing.manifests(copy, "support", date.max)[0]
        for name, table in again["tables"].items():
            assert table["row_hash"] == committed["tables"][name]["row_hash"], name
        assert again["cursor_to"] == committed["cursor_to"]
    assert nights.files() == before


def test_p05_no_page_outlives_its_landing(nights: Nights) -> None:
    """Neither tonight's nor those that a killed night has left, unless somebody asked for them."""
    folder = nights.home / "landing/support/pages"
    nights.keeps_pages = False
    nights.run(0)
    assert not folder.exists()
    for night in (0, 1):
        (folder / "2026-01-04").mkdir(parents=True)
        (folder / "2026-01-04" / "user.ndjson").write_text('{"users": []}\n')
        nights.run(night)
        assert not folder.exists()


def test_a_page_that_was_touched_is_refused(nights: Nights, tmp_path: Path) -> None:
    nights.run()
    page = nights.home / "landing/support/pages/2026-01-05/ticket.ndjson"
    page.write_bytes(page.read_bytes().replace(b"new", b"won"))
    domain = contract.domains()["support"]
    with pytest.raises(SourceError, match="not what was landed"):
        landing.land(
            tmp_path / "again", domain, FIRST, "api",
            lambda connection, cursor: way.read_again(
                connection, domain, nights.source(), FIRST, nights.home
            ),
        )  # fmt: skip


def test_the_manifest_names_each_page_file_and_what_nobody_reads(nights: Nights) -> None:
    manifest = nights.run()
    ticket = next(entry for entry in manifest["pages"] if entry["stream"] == "ticket")
    path = nights.home / "landing/support" / ticket["path"]
    assert durable.sha256_of_file(path) == ticket["sha256"]
    assert len(path.read_text(encoding="utf-8").split("\n")) - 1 == ticket["pages"] == 3
    assert ticket["unread_keys"] == ["generated_timestamp"]
    assert oct(path.parent.stat().st_mode)[-3:] == "700"


def test_what_came_late_is_found_by_looking_back(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    """An organisation that shows up an hour late, stamped before the last night's read."""
    nights.run(0)
    stamped = server.now - timedelta(hours=1)
    desk.now = stamped
    desk.add_organization(999)
    server.now += timedelta(days=1)
    nights.run(1)
    assert ("999",) in nights.known("organization", "id")


def test_a_backfill_reads_a_range_once_more_and_once_only(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    nights.run(0)
    desk.now = server.now - timedelta(days=20)
    desk.add_organization(998)
    server.now += timedelta(days=1)
    nights.run(1)
    assert ("998",) not in nights.known("organization", "id")
    backfill.ask_for(nights.home, "support", date(2025, 12, 1), date(2025, 12, 31))
    server.faults.append(
        lambda ask, answer: said({}, status=500) if "users" in ask.path else answer
    )
    with pytest.raises(SourceError):
        nights.run(2)
    server.faults.clear()
    nights.run(2)
    assert ("998",) in nights.known("organization", "id")
    asked = len(server.asked)
    nights.run(3)
    asked_from = [ask.query for ask in server.asked[asked:] if "organizations" in ask.path]
    assert len(asked_from) == 1
    assert int(asked_from[0]["start_time"]) > desk.now.timestamp()


def test_a_number_of_many_digits_is_read_digit_for_digit(nights: Nights, server: Server) -> None:
    """A double would make 1234567890123456800 of it; so would most parsers of JSON."""

    digits = "1234567890123456789.125"

    def long(ask: Ask, answer: Answer) -> Answer:
        body = answer.body.replace(b'{"channel": "email"}', f'{{"channel":{digits}}}'.encode())
        return Answer(answer.status, body, answer.headers)

    server.faults.append(long)
    nights.run()
    assert ("1", digits) in nights.known("ticket", "id", "via_channel")


def test_a_field_that_is_renamed_stops_the_night_by_name_and_a_new_one_does_not(
    desk: Zendesk, nights: Nights
) -> None:
    for ticket in desk.tickets.values():
        ticket["brand_new"] = "x"
    manifest = nights.run(0)
    ticket = next(entry for entry in manifest["pages"] if entry["stream"] == "ticket")
    assert "brand_new" in ticket["unread_keys"]
    for ticket in desk.tickets.values():
        ticket["state"] = ticket.pop("status")
    with pytest.raises(SourceError, match=r"ticket.*status"):
        nights.run(7)


def test_an_optional_list_may_be_forbidden_but_not_from_one_night_to_the_next(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    def forbidden(ask: Ask, answer: Answer) -> Answer:
        return said({"error": "Forbidden"}, status=403) if "ratings" in ask.path else answer

    server.faults.append(forbidden)
    assert nights.run(0)["tables"]["satisfaction_rating"]["is_offered"] is False
    server.faults.clear()
    assert nights.run(1)["tables"]["satisfaction_rating"]["is_offered"] is True
    server.faults.append(forbidden)
    with pytest.raises(SourceError, match="403"):
        nights.run(2)


def test_no_word_of_a_failed_night_holds_a_token(
    desk: Zendesk, server: Server, nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server.faults.append(lambda ask, answer: said({"error": desk.token}, status=401))
    with pytest.raises(SourceError) as refused:
        nights.run()
    told = [
        str(refused.value),
        repr(nights.source()),
        nights.source().model_dump_json(),
        caplog.text,
    ]
    assert not [text for text in told if desk.token in text]


def test_pages_of_old_nights_go_where_a_company_keeps_them_no_longer(nights: Nights) -> None:
    for night in (0, 1, 5):
        nights.run(night)
    before = nights.files()
    gone = pages.forget_old(nights.home, "support", FIRST + timedelta(days=5), 4)
    folder = nights.home / "landing" / "support" / "pages"
    assert [path.name for path in gone] == ["2026-01-05"]
    assert sorted(path.name for path in folder.iterdir()) == ["2026-01-06", "2026-01-10"]
    assert nights.files() == before
    assert pages.forget_old(nights.home, "support", FIRST + timedelta(days=99), None) == []


def test_what_landed_is_read_again_without_the_source(
    desk: Zendesk, server: Server, nights: Nights
) -> None:
    nights.run()
    asked = len(server.asked)
    found = connect.look("support", nights.source(), 7, (nights.home, FIRST))
    rows = {table.name: table.rows for table in found}
    assert rows["ticket"] == len(desk.tickets)
    assert rows["user"] == len(desk.users)
    assert len(server.asked) == asked
    with pytest.raises(SourceError, match="no pages of 2026-01-06 have landed"):
        connect.look("support", nights.source(), 7, (nights.home, FIRST + timedelta(days=1)))
