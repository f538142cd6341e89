"""A judge in a process of its own: whatever becomes of it, every rule gets a verdict."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations import rules as must
from expectations.gate import Gate
from expectations.process import JudgeProcess
from tests.expectations.conftest import Database

REGISTRY = f"{__name__}:GATES"
TABLES = {"bonus.lines": "select 1 as id, 5 as amount", "bonus.more": "select 1 as id"}
FOR_EVER = "select 1 from range(1000000000000) as numbers(n) where n < 0"

GATES = (
    Gate(
        table="bonus.lines",
        layer="bonus",
        opens="nothing",
        at_least_rows=1,
        rules=lambda: [must.be_at_least("amount", 0), must.be_at_least("amount", 9)],
    ),
    Gate(
        table="bonus.more",
        layer="bonus",
        opens="nothing",
        at_least_rows=1,
        absent_domain="support",
        rules=lambda: [must.always_have("id")],
    ),
    Gate(
        table="bonus.lines",
        name="bonus.slow",
        layer="facts",
        opens="nothing",
        at_least_rows=1,
        rules=lambda: [must.have_no("end", FOR_EVER), must.always_have("id")],
    ),
)


@pytest.fixture
def judge() -> Iterator[JudgeProcess]:
    """A judge to be maltreated."""
    process = JudgeProcess(REGISTRY)
    process.start()
    yield process
    process.close()


@pytest.fixture(scope="module")
def well() -> Iterator[JudgeProcess]:
    """A judge that several tests ask, for it takes seconds to get ready."""
    process = JudgeProcess(REGISTRY)
    process.start()
    yield process
    process.close()


def statuses(judge: JudgeProcess, path: Path, layer: str = "bonus", **more: float) -> list[str]:
    return [said.status for said in judge.judge(layer, path, (), **{"timeout": 60, **more})]


def reasons(judge: JudgeProcess, path: Path, layer: str = "bonus") -> set[str | None]:
    said = judge.judge(layer, path, (), timeout=60)
    assert {one.status for one in said} == {"unproven"}
    assert len(said) == sum(len(gate.rules()) for gate in GATES if gate.layer == layer)
    return {one.reason for one in said}


def test_it_judges_again_and_again_and_lets_the_file_go(
    well: JudgeProcess, database: Database
) -> None:
    path = database(TABLES)
    assert statuses(well, path) == ["passed", "broken", "passed"]
    path.unlink()
    path = database({**TABLES, "bonus.lines": "select 1 as id, 10 as amount"})
    assert statuses(well, path) == ["passed", "passed", "passed"]


def test_absence_reaches_it(well: JudgeProcess, database: Database) -> None:
    said = well.judge("bonus", database(TABLES), {"support"}, timeout=60)
    assert [one.status for one in said] == ["passed", "broken", "absent"]


def test_a_layer_without_gates_is_an_error_and_not_a_pass(well: JudgeProcess) -> None:
    with pytest.raises(ValueError, match="no gate in layer landing"):
        well.judge("landing", Path("night.duckdb"), (), timeout=1)


def test_killed_while_it_judges(judge: JudgeProcess, database: Database) -> None:
    path = database(TABLES)
    statuses(judge, path)
    pid = judge._process.pid
    threading.Timer(1, os.kill, (pid, signal.SIGKILL)).start()
    assert reasons(judge, path, "facts") == {"the judge is dead"}
    assert reasons(judge, path) == {"the judge is dead"}


def test_killed_before_it_was_ready(database: Database) -> None:
    judge = JudgeProcess(REGISTRY)
    judge.start()
    os.kill(judge._process.pid, signal.SIGKILL)
    assert reasons(judge, database(TABLES)) == {"the judge is dead"}
    judge.close()


def test_one_that_hangs_is_killed_and_not_asked_again(
    judge: JudgeProcess, database: Database
) -> None:
    path = database(TABLES)
    statuses(judge, path)
    began = time.monotonic()
    assert statuses(judge, path, "facts", timeout=1) == ["unproven", "unproven"]
    assert time.monotonic() - began < 10
    assert judge._process.wait(timeout=10) == -signal.SIGKILL
    assert reasons(judge, path) == {"the judge did not answer within 1 s"}


def test_one_that_cannot_start_says_why_on_stderr(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = JudgeProcess("tests.expectations.test_process:NOTHING")
    judge.start()
    monkeypatch.setattr(judge, "_registry", REGISTRY)
    assert reasons(judge, database(TABLES)) == {"the judge is dead"}
    judge.close()
    assert "AttributeError" in judge.diagnosis()


def test_one_that_speaks_nonsense(judge: JudgeProcess, database: Database) -> None:
    path = database(TABLES)
    judge._lines.put("no json\n")
    assert reasons(judge, path) == {"the judge spoke nonsense"}


def test_a_request_it_cannot_read_is_no_end(well: JudgeProcess, database: Database) -> None:
    path = database(TABLES)
    statuses(well, path)
    assert well._ask({"layer": "bonus"}, 60) == {"error": "KeyError"}
    assert statuses(well, path) == ["passed", "broken", "passed"]


def test_an_answer_that_lacks_a_rule(
    well: JudgeProcess, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(TABLES)
    answer = well._ask({"layer": "bonus", "database": str(path), "absent": []}, 60)
    answer["verdicts"].pop(0)
    monkeypatch.setattr(well, "_ask", lambda *_: answer)
    said = well.judge("bonus", path, (), timeout=60)
    assert [one.status for one in said] == ["unproven", "broken", "passed"]
    assert said[0].reason == "the judge gave no verdict"


def test_no_process_is_left_after_close(judge: JudgeProcess) -> None:
    pid = judge._process.pid
    judge.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    judge.close()


def test_f43_it_ends_when_whoever_asked_is_gone(judge: JudgeProcess, database: Database) -> None:
    statuses(judge, database(TABLES))
    judge._process.stdin.close()
    assert judge._process.wait(timeout=30) == 0
