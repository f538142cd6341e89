"""Backup and restore: everything that cannot be made again, byte for byte and mode for mode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration import approval, backup, dbt, durable, journal, ledger, ledger_verify, release
from orchestration.errors import NightError
from orchestration.night import RunLock
from tests.orchestration.ledger_home import CODE, NOW, Company, Line


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A home with two releases, the first of them closed."""
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    made = Company(tmp_path / "home")
    manifest = made.publish(Line(), run_date="2026-02-05")
    approval.approve(made.settings, manifest["release_id"], None, NOW)
    ledger.close(made.settings, "2026-01", NOW)
    made.publish(Line(), Line(amount=7, source="deal 2"), run_date="2026-02-06")
    return made


def contents(home: Path) -> dict[str, tuple[str, int]]:
    """Hash and mode of every committed file, and the mode of every folder."""
    found = {}
    for top in backup.KEPT:
        for path in (home / top).rglob("*"):
            name = path.relative_to(home).as_posix()
            if path.is_symlink() or "/." in f"/{name}":
                continue
            what = durable.sha256_of_file(path) if path.is_file() else "folder"
            found[name] = (what, path.stat().st_mode & 0o777)
    return found


def test_what_is_restored_is_what_was_kept(company: Company, tmp_path: Path) -> None:
    kept = backup.backup(company.home, tmp_path / "kept", NOW)
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    place = tmp_path / "elsewhere"
    came_back = backup.restore(tmp_path / "kept", place)
    assert contents(place) == contents(company.home)
    assert (came_back.files, came_back.bytes) == (kept.files, kept.bytes)
    assert kept.files == len([one for one in contents(place).values() if one[0] != "folder"])
    before, after = release.current(company.home), release.current(place)
    assert before is not None and after == before
    assert journal.read(place) == journal.read(company.home)
    assert ledger_verify.verify(place).problems == []


def test_s01_pay_is_private_in_the_backup_too(company: Company, tmp_path: Path) -> None:
    backup.backup(company.home, tmp_path / "kept", NOW)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "kept").rglob("*")
             if path.is_file()}  # fmt: skip
    assert modes == {0o600}


def test_locks_and_what_is_being_built_are_left_out(company: Company, tmp_path: Path) -> None:
    durable.write_bytes(release.folder(company.home) / ".building-x" / "bi.duckdb", b"half")
    backup.backup(company.home, tmp_path / "kept", NOW)
    assert not [path for path in (tmp_path / "kept").rglob("*") if path.name.startswith(".")]


@pytest.mark.parametrize(
    "damage, said",
    [
        (lambda file: file.write_bytes(file.read_bytes() + b" "), "is not what was kept"),
        (lambda file: file.unlink(), "is gone"),
    ],
)
def test_f60_a_damaged_backup_is_refused_whole(
    company: Company, tmp_path: Path, damage: object, said: str
) -> None:
    backup.backup(company.home, tmp_path / "kept", NOW)
    files = [path for path in (tmp_path / "kept").rglob("*.json") if path.name != backup.MANIFEST]
    for file in files[:: max(1, len(files) // 5)]:
        whole = file.read_bytes()
        damage(file)  # type: ignore[operator]
        with pytest.raises(NightError, match=said):
            backup.restore(tmp_path / "kept", tmp_path / "place")
        assert not [path for path in (tmp_path / "place").rglob("*") if path.is_file()]
        file.write_bytes(whole)
    backup.restore(tmp_path / "kept", tmp_path / "place")


def test_a_journal_that_was_forged_before_the_backup_is_refused(
    company: Company, tmp_path: Path
) -> None:
    record = company.home / "ledger" / "journal" / "00000001.json"
    record.write_bytes(record.read_bytes().replace(b"approval", b"approvbl", 1))
    backup.backup(company.home, tmp_path / "kept", NOW)
    with pytest.raises(NightError, match=r"the backup holds damage: journal record 00000001\.json"):
        backup.restore(tmp_path / "kept", tmp_path / "place")


def test_a_name_that_leads_out_is_refused(company: Company, tmp_path: Path) -> None:
    backup.backup(company.home, tmp_path / "kept", NOW)
    path = tmp_path / "kept" / backup.MANIFEST
    manifest = json.loads(path.read_text())
    manifest["files"][0]["path"] = "landing/../../escaped"
    path.write_text(json.dumps(manifest))
    with pytest.raises(NightError, match="which is no part of a home"):
        backup.restore(tmp_path / "kept", tmp_path / "place")
    assert not (tmp_path / "escaped").exists()


def test_nothing_is_overwritten(company: Company, tmp_path: Path) -> None:
    backup.backup(company.home, tmp_path / "kept", NOW)
    with pytest.raises(NightError, match="is there already"):
        backup.backup(company.home, tmp_path / "kept", NOW)
    with pytest.raises(NightError, match="has landing, ledger, releases already"):
        backup.restore(tmp_path / "kept", company.home)
    with pytest.raises(NightError, match="is inside"):
        backup.backup(company.home, company.home / "kept", NOW)
    with pytest.raises(NightError, match="is no backup"):
        backup.restore(tmp_path, tmp_path / "place")


def test_m08_no_backup_of_a_running_night(company: Company, tmp_path: Path) -> None:
    lock = RunLock(company.home)
    lock.acquire("the night of 2026-02-07")
    with pytest.raises(NightError, match="a night is running already"):
        backup.backup(company.home, tmp_path / "kept", NOW)
    lock.release()
    assert not (tmp_path / "kept").exists()
