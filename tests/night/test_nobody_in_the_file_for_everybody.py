"""P02: nothing about a person is in the file for everybody, nor follows from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.night.company import Home
from tests.privacy import attack
from tests.privacy.released import months_of, named_in

pytestmark = pytest.mark.night

MIN_GROUP_SIZE = 5


def test_p02_no_value_in_the_file_for_everybody_is_a_person(published: Home) -> None:
    """Fails if a key, a number, a name or an address of anybody is in any column of bi.duckdb."""
    assert named_in(published.release) == []


def test_p02_a_person_planted_in_the_file_is_found(published: Home, tmp_path: Path) -> None:
    """Positive control: the test above sees one key in one row."""
    for file in ("bi.duckdb", "workforce.duckdb"):
        shutil.copyfile(published.release / file, tmp_path / file)
    with duckdb.connect(str(tmp_path / "workforce.duckdb")) as people:
        [key] = people.execute("select min(employee_key) from people.dim_employees").fetchall()[0]
    with duckdb.connect(str(tmp_path / "bi.duckdb")) as planted:
        planted.execute("update people.dim_accounts set account_name = ?", [key])
    assert named_in(tmp_path) == ["dim_accounts.account_name"]


def test_p02_nothing_can_be_subtracted_from_what_a_night_publishes(published: Home) -> None:
    """Twelve people in nine functions: no group is large enough, so no measure is shown at all."""
    months = months_of(published.release)
    assert months
    for month in months:
        assert attack.findings(month, MIN_GROUP_SIZE) == []
        sizes = [month.people[name][1] for name in month.people]
        shown = [team for team, count in month.teams.items() if count is not None]
        assert all(sizes.count(team) >= MIN_GROUP_SIZE for team in shown)
