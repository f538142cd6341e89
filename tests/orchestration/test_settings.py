"""Settings: one order of sources, paths that mean one place, and a slip is never a default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import contract, settings
from orchestration.errors import NightError

Configure = Callable[[str], Path]


def test_the_defaults_run_the_sample_company(home: Path) -> None:
    found = settings.load()
    assert found.home == home
    assert found.sample_path == home / "sample"
    assert {found.source(name).way for name in settings.domain_names()} == {"sample", "files"}
    assert found.source("policy").path == home / "sample" / "policy"
    assert found.source("ledger").path == home / "ledger"
    assert found.absent_domains() == set()


def test_a_path_in_the_file_is_relative_to_the_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A company's folder can be moved, and called from anywhere."""
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "ours.toml").write_text(
        'policy_dir = "policy"\nsample_dir = "../sample"\n'
        '[domains.hr]\nway = "files"\npath = "exports"\nmappings = "maps/hr"\n'
        '[domains.crm]\nway = "tables"\npath = "/srv/warehouse.duckdb"\n'
    )
    monkeypatch.setenv("WINSHARE_CONFIG", "company/ours.toml")
    found = settings.load()
    assert found.policy_dir == folder / "policy"
    assert found.sample_path == tmp_path / "sample"
    assert found.source("policy").path == folder / "policy"
    assert found.source("hr").path == folder / "exports"
    assert found.source("hr").mappings == folder / "maps" / "hr"
    assert found.source("crm").path == Path("/srv/warehouse.duckdb")


def test_a_home_in_the_file_is_relative_to_the_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "ours.toml").write_text('home = "state"')
    monkeypatch.setenv("WINSHARE_CONFIG", str(home / "ours.toml"))
    monkeypatch.delenv("WINSHARE_HOME")
    assert settings.load().home == home / "state"


def test_a_path_in_the_environment_is_relative_to_where_the_command_is_called(
    tmp_path: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure('policy_dir = "in_the_file"')
    monkeypatch.setenv("WINSHARE_POLICY_DIR", "policy")
    monkeypatch.setenv("WINSHARE_DOMAINS__HR__WAY", "files")
    monkeypatch.setenv("WINSHARE_DOMAINS__HR__PATH", "hr")
    found = settings.load()
    assert found.policy_dir == tmp_path / "policy"
    assert found.source("hr").path == tmp_path / "hr"


def test_the_environment_wins_over_the_file(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure('threads = 3\ntime_zone = "Asia/Tokyo"\n[domains.crm]\nway = "absent"')
    monkeypatch.setenv("WINSHARE_THREADS", "5")
    monkeypatch.setenv("WINSHARE_ALERT__SMTP_HOST", "mail.example.com")
    found = settings.load()
    assert (found.threads, found.time_zone) == (5, "Asia/Tokyo")
    assert found.alert.smtp_host == "mail.example.com"
    assert found.source("crm").way == "absent"


def test_a_declared_absence_is_that_domain_only(configure: Configure) -> None:
    configure('[domains.support]\nway = "absent"\n[domains.marketing]\nway = "absent"')
    found = settings.load()
    assert found.absent_domains() == {"support", "marketing"}
    assert set(contract.domains()) > {"support", "marketing"}
    assert found.source("crm").way == "sample"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tme = 1", "tme is no setting; known here are home, time_zone"),
        ('[domains.crm]\nwya = "files"', "domains.crm.wya is no setting; known here are way, path"),
        ('[alert]\nmail = "x"', "alert.mail is no setting; known here are channel"),
        ('[domains.crn]\nway = "absent"', "no such domain: crn; known are collaboration, crm"),
        ('[domains.ledger]\nway = "absent"', "no such domain: ledger"),
        ('[domains.crm]\nway = "guess"', "domains.crm.way: Input should be 'sample', 'files'"),
        ('[domains.crm]\nway = "files"', 'domains.crm: way = "files" needs a path'),
        ('[domains.crm]\nway = "tables"', 'domains.crm: way = "tables" needs a path'),
        ('time_zone = "Mars/Olympus"', "Mars/Olympus is no time zone"),
        ('time_zone = "../etc"', "../etc is no time zone"),
        ('nightly_at = "02:30"', "02:30 is no cron expression of five fields"),
        ("threads = 0", "threads: Input should be greater than or equal to 1"),
        ('[alert]\nchannel = "smtp"', "needs recipients"),
        ('[alert]\nsmtp_user = "x"', "smtp_user and smtp_password come together"),
        ('[alert]\nsender = "a@b\\nBcc: c@d"', "an address holds a line break"),
        ("domains = 3", "domains: Input should be a valid dictionary"),
        ("threads = ", "cannot be read as TOML"),
    ],
)
def test_what_is_not_right_in_the_file_is_named_with_the_file(
    configure: Configure, text: str, words: str
) -> None:
    path = configure(text)
    with pytest.raises(NightError) as refused:
        settings.load()
    assert str(path) in str(refused.value)
    assert words in str(refused.value)


def test_every_wrong_setting_is_told_at_once(configure: Configure) -> None:
    configure('threads = 0\ntime_zone = "Mars"\n[domains.crm]\nwya = "x"')
    with pytest.raises(NightError) as refused:
        settings.load()
    assert len(str(refused.value).splitlines()) == 3


def test_f63_a_refusal_holds_no_secret(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure('[alert]\nsmtp_password = "canary-4711"\nsmtp_pasword = "canary-4711"\nchannel = 3')
    with pytest.raises(NightError) as refused:
        settings.load()
    assert "canary" not in str(refused.value)
    configure("")
    monkeypatch.setenv("WINSHARE_ALERT", '{"smtp_password": "canary-4711"')
    with pytest.raises(NightError, match="JSON") as refused:
        settings.load()
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WINSHARE_TIMEZONE", "Europe/Berlin", "WINSHARE_TIMEZONE in the environment is no"),
        ("WINSHARE_THREADS", "99", "WINSHARE_THREADS: threads: "),
        ("WINSHARE_DOMAINS__CRM__WAY", "x", "WINSHARE_DOMAINS__CRM__WAY: domains.crm.way: "),
        ("WINSHARE_DOMAINS", '{"crm": {"way": "x"}}', "WINSHARE_DOMAINS: domains.crm.way: "),
        ("WINSHARE_DOMAINS__CRN__WAY", "absent", "no such domain: crn"),
    ],
)
def test_what_is_not_right_in_the_environment_is_named_with_its_variable(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(NightError) as refused:
        settings.load()
    assert words in str(refused.value)


def test_a_named_file_that_is_not_there_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if a slip in WINSHARE_CONFIG runs the sample company in the real one's stead."""
    monkeypatch.setenv("WINSHARE_CONFIG", str(home / "winshre.toml"))
    with pytest.raises(NightError, match=r"winshre\.toml, and there is no such file"):
        settings.load()


def test_a_file_that_is_no_text_is_named(home: Path) -> None:
    (home / settings.CONFIG_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NightError, match="cannot be read as TOML"):
        settings.load()


@pytest.mark.parametrize("cron", ["30 2 * * *", "0 3 * * MON-FRI", "*/15 1,2 1-7 jan 0"])
def test_cron_expressions_are_taken(configure: Configure, cron: str) -> None:
    configure(f'nightly_at = "{cron}"')
    assert settings.load().nightly_at == cron


def test_a_secret_is_not_shown(configure: Configure) -> None:
    configure('[alert]\nsmtp_user = "u"\nsmtp_password = "canary-4711"')
    assert "canary" not in repr(settings.load())
