"""A night that must not be published is not: one clear message, exit code 1, the last release as
it was, byte for byte."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.night.canaries import RECORDS, Canaries, leaks
from tests.night.company import NEXT_DATE, Home, published_bytes

pytestmark = pytest.mark.night


def rewrite(path: Path, select: str) -> None:
    """Replace a delivered file by a SELECT over it (called `delivered` there)."""
    aside = path.with_suffix(".aside")
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (with delivered as (from read_parquet('{path}')) {select}) "
            f"to '{aside}' (format parquet)"
        )
    path.unlink()
    aside.rename(path)


def _policy(home: Home, table: str, change: Callable[[str], str]) -> None:
    path = home.path / "sample" / "policy" / f"{table}.csv"
    text = change(path.read_text(encoding="utf-8"))
    path.unlink()
    path.write_text(text, encoding="utf-8")


def missing_file(home: Home) -> None:
    (home.path / "sample" / "policy" / "plans.csv").unlink()


def malformed_file(home: Home) -> None:
    path = home.source("crm", "opportunity", NEXT_DATE)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])


def required_column_gone(home: Home) -> None:
    rewrite(
        home.source("crm", "opportunity", NEXT_DATE),
        "select * rename (owner_id as owner_identifier) from delivered",
    )


def required_column_empty(home: Home) -> None:
    rewrite(
        home.source("crm", "opportunity", NEXT_DATE),
        "select * replace (cast(null as varchar) as owner_id) from delivered",
    )


def rate_without_approval(home: Home) -> None:
    _policy(home, "rate_tables", _last_rate_is_one_percent)


def _last_rate_is_one_percent(text: str) -> str:
    *lines, last = text.splitlines()
    return "\n".join([*lines, ",".join([*last.split(",")[:-1], "0.01"])]) + "\n"


def overlapping_versions(home: Home) -> None:
    _policy(home, "plan_versions", _second_version_of_the_first_plan)


def _second_version_of_the_first_plan(text: str) -> str:
    header, first, *rest = text.splitlines()
    cells = first.split(",")
    cells[header.split(",").index("plan_version")] = "99"
    return "\n".join([header, first, ",".join(cells), *rest]) + "\n"


def duplicated_fx_row(home: Home) -> None:
    _policy(home, "fx_rates", lambda text: text + text.splitlines()[1] + "\n")


CASES = {
    "missing file": (missing_file, ["policy", "there is no file for plans"]),
    "malformed file": (malformed_file, ["crm.opportunity", "cannot be read"]),
    "required column gone": (required_column_gone, ["crm.opportunity", "owner_id is gone"]),
    "required column empty": (required_column_empty, ["crm.opportunity", "owner_id is empty"]),
    "a rate changed that people were told (F61)": (
        rate_without_approval,
        ["raw_policy.rate_tables", "keep what the last good night knew of each rate_table_key"],
    ),
    "two versions in force (E02)": (overlapping_versions, ["plan_version"]),
    "fx row doubled (F25)": (duplicated_fx_row, ["fx_rates"]),
}
# the way there is another's too, and what is wrong has quick tests of its own
CAMPAIGN = {
    "required column empty",
    "two versions in force (E02)",
    "fx row doubled (F25)",
}


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=pytest.mark.campaign if case in CAMPAIGN else ()) for case in CASES],
)
def test_bad_input_is_named_and_the_last_release_stays(
    case: str, published: Home, planted_canaries: Canaries
) -> None:
    damage, words = CASES[case]
    before = published_bytes(published)
    damage(published)
    finished = published.winshare("night", "--run-date", NEXT_DATE)
    assert finished.returncode == 1, finished.stdout
    for word in words:
        assert word in finished.stderr, finished.stderr
    assert "Traceback" not in finished.stderr
    assert published_bytes(published) == before
    # F63: what went wrong is told without anybody's name or pay, wherever it is told
    may_hold = (*RECORDS, "home/releases/")
    assert leaks(published.path.parent, planted_canaries, may_hold) == []


def test_f23_an_empty_required_source_stops_the_night(fresh: Home) -> None:
    rewrite(fresh.source("crm", "opportunity"), "select * from delivered where false")
    finished = fresh.winshare("night")
    assert finished.returncode == 1
    assert "gate raw_crm.opportunity: unproven" in finished.stderr
    assert not (fresh.path / "releases" / "current").exists()


def test_absence_that_was_not_declared_stops_the_night(fresh: Home) -> None:
    for path in fresh.source("support", "ticket").parent.iterdir():
        path.unlink()
    finished = fresh.winshare("night")
    assert finished.returncode == 1
    assert 'declare it: [domains.support] way = "absent"' in finished.stderr


def test_f44_a_second_night_while_one_runs_says_so(published: Home) -> None:
    before = published_bytes(published)
    with (published.path / "work" / "night.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("the night of 2026-01-06 started by hand, process 1 on here\n")
        lock.flush()
        finished = published.winshare("night", "--run-date", NEXT_DATE)
    assert finished.returncode == 1
    assert "running already: the night of 2026-01-06 started by hand" in finished.stderr
    assert published_bytes(published) == before


def test_f46_too_little_disk_stops_the_night_before_it_begins(published: Home) -> None:
    before = published_bytes(published)
    finished = published.winshare(
        "night", "--run-date", NEXT_DATE, WINSHARE_MINIMUM_FREE_DISK_GIB="100000000"
    )
    assert finished.returncode == 1
    assert "make room" in finished.stderr
    assert published_bytes(published) == before
