"""The judge reads and says nothing it read: no value in a verdict, a log, a page or a file."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path

import duckdb
import pytest

from expectations import rules as must
from expectations.gate import Rule
from tests.expectations.asking import TABLE, verdicts
from tests.expectations.conftest import Database

ROOT = Path(__file__).resolve().parents[2]
SALARY, NAME = "9182736450", "Canary Ferrara"
PEOPLE = (
    f"select {SALARY} as amount, '{NAME}' as name, null::varchar as nothing, 'x' as key "
    f"union all select {SALARY}, '{NAME}', null, 'x'"
)

SERVE = [sys.executable, "-m", "expectations.judge", "--serve", "--gates", f"{__name__}:GATES"]

# rules that break on the canaries, and rules whose evaluation fails while it holds one
RULES: list[Rule] = [
    must.have_one_row_per("name"),
    must.always_have("name", "nothing"),
    must.be_at_most("amount", 1),
    must.be_one_of("name", ["nobody"]),
    must.refer_to("name", "bonus.others.name"),
    must.refer_to("name", "bonus.numbers.amount"),
    must.have_no_rows_where("cast(name as bigint) = 1", because="a name is no number"),
    must.have_no_rows_where("missing = 1", because="there is no such column"),
    must.have_no("text as date", "select cast(name as date) from judged"),
    must.have_no("overflow", f"select cast(amount as tinyint) from judged where amount > {1}"),
    must.have_no("error with the value", "select error(name || amount) from judged"),
    must.add_up_to("bonus.numbers.amount", "amount", per=("key",)),
]


def canaries(path: Path) -> list[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute(f"select max(amount), max(name) from {TABLE}").fetchone() == (
            int(SALARY),
            NAME,
        )
    return [SALARY, NAME, f"{int(SALARY):,}"]


@pytest.fixture
def people(database: Database) -> Path:
    return database(
        {
            TABLE: PEOPLE,
            "bonus.others": "select 'somebody' as name",
            "bonus.numbers": "select 1 as amount, 'x' as key",
        }
    )


def test_f63_s08_no_value_appears_in_verdicts_logs_or_output(
    people: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        said = verdicts(people, *RULES)
    printed = capfd.readouterr()
    heard = [json.dumps([one.as_dict() for one in said]), caplog.text, printed.out, printed.err]
    heard += [str(warning.message) for warning in warned]
    for canary in canaries(people):
        assert not [text for text in heard if canary in text]
    assert "passed" not in {one.status for one in said}
    assert {one.status for one in said} == {"broken", "unproven"}


def test_the_file_is_only_read(people: Path) -> None:
    before = hashlib.sha256(people.read_bytes()).hexdigest()
    people.chmod(0o400)
    verdicts(people, *RULES)
    assert hashlib.sha256(people.read_bytes()).hexdigest() == before
    assert [path.name for path in people.parent.iterdir()] == [people.name]


def test_f63_a_judge_process_says_no_value_and_writes_nothing(people: Path, tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "cwd")}
    for path in places.values():
        path.mkdir()
    asked = {"database": str(people), "layer": "bonus", "absent": []}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    finished = subprocess.run(
        SERVE,
        input=json.dumps(asked) + "\n" + json.dumps({**asked, "layer": "nowhere"}) + "\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=places.pop("cwd"),
        env={**environment, **{name: str(path) for name, path in places.items()}},
    )
    lines = [json.loads(line) for line in finished.stdout.splitlines()]
    assert lines[0] == {"ready": True}
    assert len(lines[1]["verdicts"]) == len(RULES)
    assert lines[2] == {"error": "ValueError"}
    for canary in canaries(people):
        assert canary not in finished.stdout + finished.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path != people] == []


def _gates() -> tuple:
    from tests.expectations.asking import gate

    return (gate(*RULES),)


GATES = _gates()
