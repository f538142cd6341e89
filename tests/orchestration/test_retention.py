"""Old releases make room; what somebody may still need, and the ledger, stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import approval, backup, dbt, journal, ledger_verify, release, retention
from orchestration.errors import NightError
from orchestration.rollback import rollback
from tests.orchestration.ledger_home import CODE, NOW, Company, Line, later


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """With five releases; the second is approved."""
    monkeypatch.setattr(dbt, "code_hash", lambda: CODE)
    found = Company(tmp_path / "home")
    for day in range(6, 11):
        manifest = found.publish(Line(), run_date=f"2026-02-{day:02d}")
        if day == 7:
            approval.approve(found.settings, manifest["release_id"], None, NOW)
    return found


def whole(company: Company) -> list[int]:
    """The places, oldest first, of the releases that have their files."""
    return [
        place
        for place, manifest in enumerate(release.releases(company.home))
        if not release.verify(release.folder(company.home) / manifest["release_id"])
    ]


def test_the_newest_and_the_approved_keep_their_files(company: Company) -> None:
    landed = sorted(path for path in (company.home / "landing").rglob("*"))
    gone = retention.retire(company.home, 2, NOW)
    assert whole(company) == [1, 3, 4]
    assert gone == [release.releases(company.home)[place]["release_id"] for place in (0, 2)]
    assert sorted(path for path in (company.home / "landing").rglob("*")) == landed
    records = journal.read(company.home)
    assert [record["kind"] for record in records] == ["approval", "retirement", "retirement"]
    assert ledger_verify.audit(company.home).problems == []
    # the chain of parents is read from the manifests, which stay
    assert len(release.ancestors(company.home, release.current(company.home), {})) == 5


def test_a_second_time_retires_and_records_nothing(company: Company) -> None:
    retention.retire(company.home, 2, NOW)
    assert retention.retire(company.home, 2, NOW) == []
    assert len(journal.read(company.home)) == 3


def test_an_approval_that_has_expired_keeps_nothing(company: Company) -> None:
    retention.retire(company.home, 1, later(8))
    assert whole(company) == [4], "the current one keeps its files whatever happens"


def test_f42_a_retirement_that_was_killed_is_finished(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(Path, "unlink", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        retention.retire(company.home, 2, NOW)
    assert ledger_verify.audit(company.home).problems == []
    assert retention.retire(company.home, 2, NOW) == []
    assert whole(company) == [1, 3, 4]


def test_s07_nobody_goes_back_to_a_release_that_was_retired(company: Company) -> None:
    retention.retire(company.home, 2, NOW)
    oldest = release.releases(company.home)[0]["release_id"]
    with pytest.raises(NightError, match="is gone"):
        rollback(company.home, oldest, "of a whim", NOW)


def test_a_home_with_retired_releases_is_kept_and_comes_back(
    company: Company, tmp_path: Path
) -> None:
    retention.retire(company.home, 2, NOW)
    backup.backup(company.home, tmp_path / "kept", NOW)
    backup.restore(tmp_path / "kept", tmp_path / "back")
    assert whole(Company(tmp_path / "back")) == [1, 3, 4]
    assert ledger_verify.audit(tmp_path / "back").problems == []
