"""What a person sets and asks for: credentials, addresses, a range once more, an answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration import doctor, settings
from orchestration.errors import NightError
from tests.orchestration.conftest import configure, home, winshare
from tests.orchestration.extract import loaded
from tests.sources.server import Server, said
from tests.sources.zendesk import Zendesk

__all__ = ["configure", "home", "winshare"]
Configure = Callable[[str], Path]
TOKEN = "WINSHARE_DOMAINS__SUPPORT__API__TOKEN"


@pytest.fixture
def declared(
    configure: Configure, server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    absent = [n for n in settings.domain_names() if n != "support"]
    text = "\n".join(f'[domains.{name}]\nway = "absent"' for name in absent)
    configure(
        f'{text}\n[domains.support]\nway = "api"\nvendor = "zendesk"\n'
        f'[domains.support.api]\nurl = "{server.url}"\nuser = "agent@example.com"\n'
    )
    monkeypatch.setenv(TOKEN, "a-token-of-the-tests")
    settings.load.cache_clear()
    yield
    settings.load.cache_clear()


def test_a_credential_comes_from_the_environment_and_never_shows(declared: None) -> None:
    source = settings.load().source("support")
    assert source.api.token.get_secret_value() == os.environ[TOKEN]
    assert source.api.user == "agent@example.com"
    assert os.environ[TOKEN] not in f"{source!r} {source} {settings.load()!r}"


def test_doctor_says_whether_the_source_answers(declared: None, server: Server) -> None:
    found = {f.what: f for f in doctor.examine(settings.load())}["support"]
    assert (found.is_good, found.said) == (True, "api, zendesk api v2 answers")
    server.company.token = "another"  # type: ignore[attr-defined]
    found = {f.what: f for f in doctor.examine(settings.load())}["support"]
    assert not found.is_good
    assert "401" in found.said


def test_a_missing_credential_is_named_with_its_variable(
    declared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN)
    settings.load.cache_clear()
    found = {f.what: f for f in doctor.examine(settings.load())}["support"]
    assert TOKEN in found.said


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('url = "http://company.zendesk.com"', "https://"),
        ('url = "https://me:pass@company.zendesk.com"', "address alone"),
        ('tokens = "x"', "known here are url, user, token"),
        ("look_back_hours = -1", "greater than or equal to 0"),
    ],
)
def test_what_is_set_wrongly_is_refused_without_its_value(
    configure: Configure, line: str, told: str
) -> None:
    configure(f'[domains.support]\nway = "api"\nvendor = "zendesk"\n[domains.support.api]\n{line}')
    with pytest.raises(NightError, match=told) as refused:
        settings.load()
    assert "pass" not in str(refused.value)


def test_an_unknown_vendor_is_told_the_known_ones(configure: Configure) -> None:
    configure('[domains.support]\nway = "api"\nvendor = "zendsk"')
    found = {f.what: f for f in doctor.examine(settings.load())}["support"]
    assert "vendor zendsk is not known" in found.said
    assert "zendesk" in found.said


def test_a_range_is_asked_for_on_the_command_line(
    declared: None, winshare: Callable[..., tuple[int, str, str]], home: Path
) -> None:
    code, out, _ = winshare("backfill", "support", "--from", "2025-01-01", "--to", "2025-03-31")
    assert (code, out) == (
        0,
        "the next night reads support from 2025-01-01 to 2025-03-31 once more\n",
    )
    assert (home / "landing/support/backfill.json").is_file()
    assert winshare("backfill", "crm", "--from", "2025-01-01")[0] == 1
    assert winshare("backfill", "support", "--from", "2025-02-01", "--to", "2025-01-01")[0] == 1


def test_connect_shows_what_an_api_offers_and_lands_nothing(
    declared: None, winshare: Callable[..., tuple[int, str, str]], home: Path, desk: Zendesk
) -> None:
    desk.now = datetime.now(UTC)
    desk.add_ticket()
    code, out, _ = winshare("connect", "support")
    assert code == 0
    assert "support: api, zendesk; rows are those of the last 7 days" in out
    assert "ticket: 1 rows\n      other names: via_channel from via.channel\n" in out
    assert "null in every row: assignee_id, priority" in out
    assert "a night could land support" in out
    assert not (home / "landing").exists()


def test_connect_reads_no_more_of_an_optional_list_and_may_be_refused_it(
    declared: None, winshare: Callable[..., tuple[int, str, str]], server: Server
) -> None:
    assert winshare("connect", "support")[0] == 0
    asked = [ask for ask in server.asked if "ratings" in ask.path]
    assert [("start_time" in ask.query) for ask in asked] == [True]
    server.faults.append(
        lambda ask, answer: said({}, status=403) if "ratings" in ask.path else answer
    )
    code, out, _ = winshare("connect", "support")
    assert code == 0
    assert "satisfaction_rating: not at the source; it will be empty" in out


def test_connect_names_what_would_stop_a_night(
    declared: None, winshare: Callable[..., tuple[int, str, str]], desk: Zendesk
) -> None:
    desk.now = datetime.now(UTC)
    desk.add_ticket()
    for ticket in desk.tickets.values():
        del ticket["status"]
    code, out, error = winshare("connect", "support")
    assert code == 1
    assert "bad   ticket: required column status is gone" in out
    assert "a night would stop at ticket" in error
    assert winshare("connect", "crm")[0] == 1
    assert "known are" in winshare("connect", "suport")[2]


def test_connect_shows_tables_of_a_loader(
    configure: Configure, winshare: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    place = loaded.salesforce(
        tmp_path / "w.duckdb",
        user=loaded.USERS.replace("system_modstamp", "last_modified_date"),
        opportunity=loaded.opportunity(system_modstamp="timestamp '2026-01-01'"),
    )
    configure(f'[domains.crm]\nway = "tables"\npath = "{place}"\nvendor = "salesforce"\n')
    code, out, error = winshare("connect", "crm")
    assert (code, error) == (0, "")
    assert "user: 1 rows\n      other names: system_modstamp from last_modified_date\n" in out
    assert "will be null: name, first_name" in out
    assert "task: not at the source; it will be empty" in out
