"""The ledger is whole or says what is not: flipped bytes, lost records, a cut end, a kill."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import (
    approval,
    dbt,
    durable,
    journal,
    ledger,
    ledger_export,
    ledger_verify,
    release,
)
from orchestration.errors import NightError, SourceError
from orchestration.extract import ways
from tests.orchestration.ledger_home import CODE, NOW, Company, Line, on


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """With one period closed and exported: three records, two files of entries."""
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    found = Company(tmp_path / "home")
    release_id = found.publish(Line(), Line(source="deal 2"))["release_id"]
    approval.approve(found.settings, release_id, None, NOW)
    ledger.close(found.settings, "2026-01", NOW)
    ledger_export.export(found.home, "2026-01", NOW)
    return found


def problems(company: Company) -> list[str]:
    return ledger_verify.verify(company.home).problems


def kept(company: Company) -> list[Path]:
    """Every file of the ledger, the lock left out."""
    files = journal.folder(company.home).rglob("*")
    return sorted(path for path in files if path.is_file() and path.name != ".lock")


def test_a_whole_ledger_says_what_was_looked_at(company: Company) -> None:
    found = ledger_verify.verify(company.home)
    # two legs of two lines; two legs of two payments
    assert (found.records, found.entries, found.problems) == (3, 8, [])
    assert found.archived == len(list((journal.folder(company.home) / "archive").iterdir()))


def test_every_flipped_byte_is_found(company: Company) -> None:
    """A byte at every place of the records, at some twenty places of entries and archive."""
    tried = 0
    for path in kept(company):
        sound = path.read_bytes()
        step = 1 if path.parent.name == "journal" else max(1, len(sound) // 20)
        for at in range(0, len(sound), step):
            content = bytearray(sound)
            content[at] ^= 1
            path.write_bytes(bytes(content))
            if path.parent.name == "journal":
                assert journal.problems(company.home), (path.name, at)
            else:
                assert problems(company), (path.name, at)
            tried += 1
        path.write_bytes(sound)
    assert tried > 1_000
    assert problems(company) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_lost_record_or_file_is_found(company: Company, number: int) -> None:
    for path in kept(company):
        sound = path.read_bytes()
        path.unlink()
        is_last = path.name == "00000003.json"
        # nobody has landed the newest record yet: then it is as if it had never been
        assert bool(problems(company)) is not is_last, path.name
        path.write_bytes(sound)
    (journal.folder(company.home) / "journal" / f"{number:08d}.json").rename(
        journal.folder(company.home) / "journal" / "00000009.json"
    )
    assert problems(company)


def test_an_end_that_was_cut_off_is_found_once_it_was_landed(company: Company) -> None:
    company.land("2026-02-07")
    (journal.folder(company.home) / "journal" / "00000003.json").unlink()
    assert problems(company) == [
        "the night of 2026-02-07 landed a posting that is no longer in the journal"
    ]


def test_a_record_written_anew_does_not_fit_the_chain(company: Company) -> None:
    """Fails if somebody who knows the format can change an approval and leave the rest."""
    path = journal.folder(company.home) / "journal" / "00000001.json"
    told = durable.read_json(path)
    del told["hash"]
    told["approved_by"] = {"kind": "operating_system", "name": "ada", "uid": 1}
    durable.write_bytes(path, durable.canonical_json({**told, "hash": durable.hash_of(told)}))
    assert problems(company) == ["journal record 00000002.json does not follow the one before it"]


def test_a_damaged_ledger_stops_the_landing_and_the_close(company: Company) -> None:
    from orchestration import contract

    entries = next((journal.folder(company.home) / "entries").iterdir())
    content = bytearray(entries.read_bytes())
    content[40] ^= 1
    entries.write_bytes(bytes(content))
    source = company.settings.source("ledger")
    read = ways.reader(contract.domains()["ledger"], source, on("2026-02-07"))
    import duckdb

    with pytest.raises(SourceError, match="is not what was posted"):
        read(duckdb.connect(), None)
    path = journal.folder(company.home) / "journal" / "00000002.json"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SourceError, match="the ledger is damaged"):
        read(duckdb.connect(), None)
    with pytest.raises(NightError, match="the ledger is damaged"):
        ledger.close(company.settings, "2026-02", NOW)


def test_the_ledger_is_private(company: Company) -> None:
    folder = journal.folder(company.home)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in kept(company)} == {0o600}
    exported = list((company.home / "exports").rglob("payout_*"))
    assert {path.stat().st_mode & 0o777 for path in exported} == {0o600}


def _until(step: int, do: Callable[[], object]) -> int:
    """Run `do` in a child that kills itself at its n-th durable step; its exit status."""
    child = os.fork()
    if child == 0:
        done = [0]

        def count(of: Callable) -> Callable:
            def counted(*arguments: object, **named: object) -> object:
                done[0] += 1
                if done[0] > step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return of(*arguments, **named)

            return counted

        for name in ("sync_file", "sync_folder", "commit_file"):
            setattr(durable, name, count(getattr(durable, name)))
        Path.rename, Path.replace = count(Path.rename), count(Path.replace)  # type: ignore
        do()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def test_f42_a_close_killed_anywhere_happened_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    company = Company(tmp_path / "home")
    manifest = company.publish(Line(), Line(source="deal 2"))
    approval.approve(company.settings, manifest["release_id"], None, NOW)
    killed = 0
    for step in range(1_000):
        status = _until(step, lambda: ledger.close(company.settings, "2026-01", NOW))
        assert problems(company) == []
        posted = journal.postings(journal.read(company.home))
        if posted:
            break
        killed += 1
        assert os.WIFSIGNALED(status)
    assert killed > 5, "a close has more steps than that to be killed at"
    assert not ledger.close(company.settings, "2026-01", NOW).is_new
    assert company.entries("select count(*), sum(amount_minor) from entry") == [(4, 0)]


def test_f60_the_audit_finds_a_release_that_is_not_what_was_approved(company: Company) -> None:
    """Fails if only the log is looked at: what it speaks of may have been changed since."""
    assert ledger_verify.audit(company.home).problems == []
    built = (release.folder(company.home) / release.POINTER).resolve()
    file = built / release.FILES["finance"]
    sound = file.read_bytes()
    file.write_bytes(sound[:-1] + b"?")
    said = ledger_verify.audit(company.home).problems
    assert [problem.split(", ", 1)[1] for problem in said] == [
        "approval number 1, is damaged",
        "close number 2, is damaged",
    ]
    file.write_bytes(sound)
    manifest = built / release.MANIFEST
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    said = ledger_verify.audit(company.home).problems
    assert len(said) == 2
    assert all("has another manifest than was recorded" in problem for problem in said)
    # the log itself comes first: behind a broken link nothing is worth its word
    record = journal.folder(company.home) / "journal" / "00000001.json"
    record.write_bytes(record.read_bytes().replace(b"approval", b"Approval", 1))
    assert ledger_verify.audit(company.home).problems == [
        "journal record 00000001.json is not what was written"
    ]
