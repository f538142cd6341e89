"""Doctor: what would stop a night is found before the night, and nothing else is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration import console, contract, doctor, durable, sample, settings
from orchestration.doctor import Finding
from orchestration.errors import NightError

Configure = Callable[..., Path]
SOURCES = settings.domain_names()


@pytest.fixture(scope="module")
def _company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "sample"
    sample.make(folder, "XS")
    return folder


@pytest.fixture
def company(_company: Path, home: Path) -> Path:
    """A sample company of this test's own, where the settings look for it."""
    return shutil.copytree(_company, home / "sample")


@pytest.fixture
def only(configure: Configure) -> Configure:
    """Declare every domain absent but the named one, if any: quick, with nothing else in sight."""

    def declare(domain: str = "", more: str = "") -> Path:
        absent = [f'[domains.{name}]\nway = "absent"' for name in SOURCES if name != domain]
        return configure("\n".join([more, *absent]))

    return declare


def examined() -> dict[str, Finding]:
    settings.load.cache_clear()
    return {finding.what: finding for finding in doctor.examine(settings.load())}


def bad() -> dict[str, str]:
    return {what: found.said for what, found in examined().items() if not found.is_good}


def test_a_place_where_a_night_would_run_has_no_bad_finding(company: Path, home: Path) -> None:
    found = examined()
    assert [finding.what for finding in found.values() if not finding.is_good] == []
    assert list(found) == ["versions", "settings", "disk", "time zone", *SOURCES]
    assert "dagster" in found["versions"].said
    assert str(home) in found["settings"].said
    assert found["hr"].said.startswith(f"sample, {company}: ")
    assert sorted(path.name for path in home.iterdir()) == ["layout.json", "sample"]


def test_without_a_sample_company_it_says_how_to_make_one(home: Path) -> None:
    said = bad()
    assert list(said) == ["sample"], "one finding, not one a domain"
    assert "`winshare sample`" in said["sample"]
    assert all(name in said["sample"] for name in SOURCES)


def test_an_absent_domain_is_good(only: Configure) -> None:
    only()
    assert {examined()[name].said for name in SOURCES} == {"absent by declaration"}
    assert bad() == {}


def test_another_version_than_the_locked_one_is_bad(
    only: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    only()
    monkeypatch.setattr(doctor, "_installed", {"duckdb": "1.4.4", "dagster": None}.get)
    said = bad()
    assert list(said) == ["versions"]
    assert "duckdb 1.4.4, locked is 1.5" in said["versions"]
    assert "dagster is missing, locked is" in said["versions"]


def test_the_lock_names_every_package_that_is_looked_at() -> None:
    assert all(f"\n{name}==" in f"\n{doctor.LOCK.read_text()}" for name in doctor.PACKAGES)


def test_too_little_disk_is_bad(only: Configure) -> None:
    only(more="minimum_free_disk_gib = 1e9")
    assert "GiB free, a night wants 1e+09 GiB" in bad()["disk"]


def test_a_home_of_another_layout_is_bad(only: Configure, home: Path) -> None:
    only()
    durable.write_bytes(home / "layout.json", b'{"layout_version": 99}')
    assert "layout version 99" in bad()["disk"]


def test_a_home_that_cannot_be_written_is_bad(
    only: Configure, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINSHARE_CONFIG", str(only()))
    (home / "file").write_text("in the way")
    monkeypatch.setenv("WINSHARE_HOME", str(home / "file" / "home"))
    assert "cannot be written: Not a directory" in bad()["disk"]


def test_a_required_table_that_is_gone_is_named(company: Path, only: Configure) -> None:
    only("crm")
    (company / "nights" / "2026-01-05" / "crm" / "account.parquet").unlink()
    assert bad() == {"crm": f"required table account is not in {company}"}


def test_a_required_column_that_is_gone_is_named(company: Path, only: Configure) -> None:
    only("crm")
    path = company / "nights" / "2026-01-05" / "crm" / "opportunity.parquet"
    rewrite(path, "select * exclude (is_won)")
    assert bad()["crm"].startswith("crm.opportunity: required column is_won is gone")


def test_f63_a_value_that_cannot_be_read_is_counted_and_not_shown(
    company: Path, only: Configure
) -> None:
    only("crm")
    path = company / "nights" / "2026-01-05" / "crm" / "opportunity.parquet"
    rewrite(path, "select * replace ('canary' as amount)")
    assert "amount holds what is no decimal" in bad()["crm"]
    assert "canary" not in bad()["crm"]


def rewrite(path: Path, select: str) -> None:
    aside = path.with_suffix(".aside")
    duckdb.execute(f"copy ({select} from read_parquet('{path}')) to '{aside}' (format parquet)")
    aside.replace(path)


def test_a_damaged_file_is_bad(company: Path, only: Configure) -> None:
    only("hr")
    (company / "nights" / "2026-01-05" / "hr" / "organization.parquet").write_bytes(b"PAR1")
    assert list(bad()) == ["hr"]


def test_a_folder_that_is_not_there_is_named(only: Configure) -> None:
    path = only("hr", '[domains.hr]\nway = "files"\npath = "exports/hr"').parent
    assert bad() == {"hr": f"there is no folder {path / 'exports' / 'hr'}"}


def test_a_database_that_is_not_there_is_named(only: Configure) -> None:
    only("crm", '[domains.crm]\nway = "tables"\npath = "warehouse.duckdb"\nvendor = "salesforce"')
    assert "warehouse.duckdb" in bad()["crm"]


def test_an_own_policy_folder_is_read(only: Configure) -> None:
    path = only("policy", 'policy_dir = "policy"')
    assert bad() == {"policy": f"there is no folder {path.parent / 'policy'}"}
    shutil.copytree(contract.DBT_PROJECT / "policy", path.parent / "policy")
    assert bad() == {}


def test_d01_a_zone_that_policy_does_not_share_is_bad(company: Path, only: Configure) -> None:
    only("policy", f'policy_dir = "{company / "policy"}"')
    assert bad() == {}
    only("policy", f'time_zone = "Asia/Tokyo"\npolicy_dir = "{company / "policy"}"')
    assert "Asia/Tokyo" in bad()["time zone"] and "Europe/Berlin" in bad()["time zone"]


def test_good_findings_are_shown_and_bad_ones_fail(capsys: pytest.CaptureFixture[str]) -> None:
    good, broken = Finding("disk", "9 GiB free", True), Finding("crm", "[b]is[/b] gone", False)
    console.findings([good])
    with pytest.raises(NightError, match="1 of 2 findings are bad"):
        console.findings([good, broken])
    out = capsys.readouterr().out
    assert "bad  crm           [b]is[/b] gone\n" in out, "text is shown as it is"
