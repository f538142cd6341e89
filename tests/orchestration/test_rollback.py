"""Rollback: readers see an earlier release again, on the record, and the next night goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration import journal, release
from orchestration.errors import NightError
from orchestration.night import RunLock
from orchestration.rollback import rollback
from tests.orchestration.ledger_home import NOW, Company, Line
from tests.orchestration.test_release import build, current_id, publish

FIRST, SECOND, THIRD = "2026-01-05-a", "2026-01-06-b", "2026-01-07-c"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish(tmp_path, FIRST, None)
    publish(tmp_path, SECOND, FIRST)
    publish(tmp_path, THIRD, SECOND)
    return tmp_path


def test_m09_a_rollback_is_on_record_with_its_reason(home: Path) -> None:
    record = rollback(home, FIRST, "fx of January", NOW)
    assert current_id(home) == FIRST
    assert record["left"] == [THIRD, SECOND]
    assert (record["reason"], record["rolled_back_by"]["kind"]) == (
        "fx of January", "operating_system"
    )  # fmt: skip
    assert journal.read(home) == [record]
    assert journal.head([record]) == journal.head([]), "nothing was posted"


def test_the_next_night_goes_on_from_the_release_that_is_current(home: Path) -> None:
    rollback(home, FIRST, "fx of January", NOW)
    publish(home, "2026-01-08-d", FIRST)
    assert current_id(home) == "2026-01-08-d"
    slow = build(home, "2026-01-09-e", THIRD)
    with pytest.raises(NightError, match="was published while this night ran"):
        release.publish(home, *slow)


def test_a_release_that_was_left_comes_back_as_it_was(home: Path) -> None:
    """A night over the same inputs is that release: the bytes that readers saw stay."""
    seen = (release.folder(home) / SECOND / "bi.duckdb").stat().st_ino
    rollback(home, FIRST, "fx of January", NOW)
    publish(home, SECOND, FIRST)
    assert current_id(home) == SECOND
    assert (release.folder(home) / SECOND / "bi.duckdb").stat().st_ino == seen


def test_a_release_that_was_left_never_comes_back_with_other_rows(home: Path) -> None:
    rollback(home, FIRST, "fx of January", NOW)
    with pytest.raises(NightError, match=r"differs in funnel\.fct_opportunities"):
        publish(home, SECOND, FIRST, content="other rows")
    assert (release.folder(home) / SECOND / "bi.duckdb").read_text() == "rows"
    assert current_id(home) == FIRST


def test_m08_a_release_that_was_left_is_not_put_over_a_newer_one(home: Path) -> None:
    rollback(home, FIRST, "fx of January", NOW)
    publish(home, "2026-01-08-d", FIRST)
    with pytest.raises(NightError, match="2026-01-08-d was published while this night ran"):
        publish(home, THIRD, SECOND)
    assert current_id(home) == "2026-01-08-d"


@pytest.mark.parametrize(
    "identifier, reason, said",
    [
        (THIRD, "why", "is no earlier release of"),
        ("2026-01-04-none", "why", "there is no release 2026-01-04-none"),
        (FIRST, " ", "a rollback needs its reason"),
    ],
)
def test_what_is_no_rollback_changes_nothing(
    home: Path, identifier: str, reason: str, said: str
) -> None:
    if identifier == THIRD:
        rollback(home, SECOND, "first", NOW)
    before = current_id(home), journal.read(home)
    with pytest.raises(NightError, match=said):
        rollback(home, identifier, reason, NOW)
    assert (current_id(home), journal.read(home)) == before


def test_s07_nobody_is_pointed_at_a_damaged_release(home: Path) -> None:
    path = release.folder(home) / FIRST / "bi.duckdb"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(NightError, match="2026-01-05-a is damaged"):
        rollback(home, FIRST, "why", NOW)
    assert current_id(home) == THIRD


def test_m08_no_rollback_under_a_running_night(home: Path) -> None:
    lock = RunLock(home)
    lock.acquire("the night of 2026-01-08")
    with pytest.raises(NightError, match="a night is running already: the night of 2026-01-08"):
        rollback(home, FIRST, "why", NOW)
    lock.release()
    assert current_id(home) == THIRD
    rollback(home, FIRST, "why", NOW)


def test_a_release_that_is_gone_is_nobody_s_ancestor(home: Path) -> None:
    shutil.rmtree(release.folder(home) / SECOND)
    with pytest.raises(NightError, match="is no earlier release of"):
        rollback(home, FIRST, "why", NOW)


def test_what_was_posted_stays_posted(tmp_path: Path) -> None:
    company = Company(tmp_path / "home")
    first = company.publish(Line(), run_date="2026-02-05")
    company.publish(Line(amount=7), run_date="2026-02-06")
    before = journal.postings(journal.read(company.home))
    rollback(company.home, first["release_id"], "why", NOW)
    assert journal.postings(journal.read(company.home)) == before
    assert journal.problems(company.home) == []
