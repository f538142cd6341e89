"""What nobody can say is unproven, never passed (S03, S04, F40, F41)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from duckdb_engine import ConnectionWrapper

from expectations import dialect, engine
from expectations import rules as must
from expectations.gate import Gate, Rule
from expectations.judge import judge
from tests.expectations.asking import TABLE, gate, verdict, verdicts
from tests.expectations.conftest import Database

AMOUNTS = "select 1 as id, 5 as amount, 'payout' as kind"


def reason(path: Path, rule: Rule, **of_gate: object) -> str | None:
    said = verdict(path, rule, **of_gate)
    assert said.status == "unproven"
    return said.reason


def test_an_empty_table(database: Database) -> None:
    path = database({TABLE: f"{AMOUNTS} where false"})
    assert reason(path, must.be_at_least("amount", 0)) == "the table is empty"


def test_fewer_rows_than_the_gate_demands(database: Database) -> None:
    path = database({TABLE: AMOUNTS})
    why = reason(path, must.be_at_least("amount", 0), at_least_rows=2)
    assert why == "the table has 1 rows, fewer than the 2 it must have"


def test_an_empty_table_passes_where_the_gate_says_it_may_be(database: Database) -> None:
    path = database({TABLE: f"{AMOUNTS} where false"})
    said = verdict(path, must.be_at_least("amount", 0), at_least_rows=0)
    assert (said.status, said.rows_covered) == ("passed", 0)


def test_a_table_that_was_renamed(database: Database) -> None:
    path = database({"bonus.renamed": AMOUNTS})
    assert reason(path, must.be_at_least("amount", 0)) == f"there is no table {TABLE}"


def test_a_column_that_was_renamed_is_named_and_other_rules_stand(database: Database) -> None:
    path = database({TABLE: AMOUNTS})
    lost, found = verdicts(path, must.be_at_least("sum", 0), must.be_at_least("amount", 0))
    assert lost.status == "unproven"
    assert '"sum" not found' in str(lost.reason)
    assert (found.status, found.rows_covered) == ("passed", 1)


def test_a_column_that_is_all_null(database: Database) -> None:
    path = database({TABLE: "select 1 as id, cast(null as bigint) as amount"})
    assert reason(path, must.be_at_least("amount", 0)) == "it speaks about no row"


def test_f23_a_key_that_is_all_null_is_broken(database: Database) -> None:
    path = database({TABLE: "select cast(null as bigint) as id from range(3)"})
    said = verdict(path, must.always_have("id"))
    assert (said.status, said.rows_failing) == ("broken", 3)


@pytest.mark.parametrize("value", ["nan", "infinity", "-infinity"])
def test_f22_what_is_no_number(value: str, database: Database) -> None:
    path = database({TABLE: f"select 1 as id, cast('{value}' as double) as amount"})
    said = verdict(path, must.be_between("amount", -(10**9), 10**9))
    assert said.status in ("unproven", "broken")
    assert reason(path, must.always_have("amount")) == "1 rows hold no number"


def test_a_condition_that_no_row_meets(database: Database) -> None:
    path = database({TABLE: AMOUNTS})
    rule = must.be_at_least("amount", 0, where="kind = 'clawback'")
    assert reason(path, rule) == "it speaks about no row"


def test_a_condition_that_no_row_meets_where_the_rule_says_why(database: Database) -> None:
    path = database({TABLE: AMOUNTS})
    rule = must.be_at_least(
        "amount",
        0,
        where="kind = 'clawback'",
        because="most nights claw nothing back",
        may_cover_nothing=True,
    )
    said = verdict(path, rule)
    assert (said.status, said.rows_covered) == ("passed", 0)


def test_a_rule_that_its_model_no_longer_emits(database: Database) -> None:
    path = database({TABLE: "select 'another' as rule, 5 as rows_covered, 0 as rows_failing"})
    assert reason(path, must.have_zero_failing("one")) == "it speaks about no row"


def test_a_rule_that_its_model_emits_over_nothing(database: Database) -> None:
    path = database({TABLE: "select 'one' as rule, 0 as rows_covered, 0 as rows_failing"})
    assert reason(path, must.have_zero_failing("one")) == "it speaks about no row"
    quiet = must.have_zero_failing("one", because="some have none", may_cover_nothing=True)
    assert verdict(path, quiet).status == "passed"


def test_a_night_without_a_date(database: Database) -> None:
    path = database(
        {
            TABLE: "select date '2026-01-01' as day",
            "raw_night.run": "select cast(null as date) as run_date",
        },
        run_date=None,
    )
    in_force = must.have_no_rows_where("day > (select run_date from raw_night.run)", because="x")
    assert reason(path, in_force) == "the night's date is not known"
    bounded = must.be_between("day", must.run_date(-10), must.run_date())
    assert verdict(path, bounded).status == "broken"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "night.duckdb"
    path.write_bytes(b"this is no database" * 1000)
    assert "cannot be opened" in str(reason(path, must.always_have("id")))
    assert "cannot be opened" in str(reason(tmp_path / "gone.duckdb", must.always_have("id")))


def test_s04_an_engine_that_drops_its_results(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one cursor for all, as in plain duckdb_engine, every metric fails."""
    monkeypatch.setattr(dialect, "OwnCursors", ConnectionWrapper)
    path = database({TABLE: AMOUNTS})
    kept, broken = verdicts(path, must.be_at_least("amount", 0), must.be_at_least("amount", 9))
    assert kept.status == broken.status == "unproven"


def test_f41_an_expectation_that_raises(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a value of the data")

    monkeypatch.setattr(engine.CountFailingRows, "_validate", fail)
    said = verdict(database({TABLE: AMOUNTS}), must.be_at_least("amount", 0))
    assert (said.status, said.reason) == ("unproven", "Great Expectations gave no answer")


def _ask_and_change(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    real = engine.Validator.graph_validate

    def changed(self: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return change(real(self, *args, **kwargs))

    monkeypatch.setattr(engine.Validator, "graph_validate", changed)


def test_f41_a_result_that_is_missing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = must.be_at_least("amount", 0), must.be_at_least("amount", 1)
    _ask_and_change(
        monkeypatch,
        lambda results: [r for r in results if r.expectation_config.meta["rule"] != first.id],
    )
    lost, found = verdicts(database({TABLE: AMOUNTS}), first, second)
    assert (lost.status, found.status) == ("unproven", "passed")


def test_f41_a_result_that_came_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _ask_and_change(monkeypatch, lambda results: [*results, *results[1:]])
    assert verdict(database({TABLE: AMOUNTS}), must.always_have("id")).status == "unproven"


@pytest.mark.parametrize(
    "result",
    [{}, {"observed_value": None}, {"observed_value": 0.0}, {"observed_value": True}],
)
def test_f41_a_result_without_a_count(
    result: dict, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty(results: list[Any]) -> list[Any]:
        for one in results[1:]:
            one.result = result
        return results

    _ask_and_change(monkeypatch, empty)
    assert verdict(database({TABLE: AMOUNTS}), must.always_have("id")).status == "unproven"


def test_success_and_count_that_contradict_each_other() -> None:
    config = SimpleNamespace(type="count_failing_rows", meta={"rule": "x"})
    result = SimpleNamespace(
        success=True, result={"observed_value": 3}, exception_info={}, expectation_config=config
    )
    assert engine._count(result) is None


def test_an_engine_that_sees_other_rows(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.ask

    def elsewhere(*args: Any) -> engine.Answers:
        answers = real(*args)
        return engine.Answers(rows=0, failing=answers.failing)

    monkeypatch.setattr(engine, "ask", elsewhere)
    why = reason(database({TABLE: AMOUNTS}), must.always_have("id"))
    assert why == "Great Expectations did not see the rows that are there"


def test_two_gates_do_not_answer_for_each_other(database: Database) -> None:
    path = database({"bonus.good": "select 1 as amount", "bonus.bad": "select -1 as amount"})
    gates = [gate(must.be_at_least("amount", 0), table=f"bonus.{name}") for name in ("good", "bad")]
    assert [said.status for said in judge(path, gates, set())] == ["passed", "broken"]
    assert [said.status for said in judge(path, gates[::-1], set())] == ["broken", "passed"]


def test_a_view_over_parquet_is_judged_like_a_table(database: Database, tmp_path: Path) -> None:
    path = database({"raw_crm.kept": AMOUNTS})
    with duckdb.connect(str(path)) as connection:
        file = tmp_path / "landed.parquet"
        connection.execute(f"copy ({AMOUNTS}) to '{file}' (format parquet)")
        connection.execute(f"create view raw_crm.landed as select * from '{file}'")
    said = verdict(path, must.be_at_least("amount", 6), table="raw_crm.landed")
    assert (said.status, said.rows_covered) == ("broken", 1)
    file.unlink()
    assert verdict(path, must.always_have("id"), table="raw_crm.landed").status == "unproven"


def test_a_gate_of_an_absent_domain_is_absent(tmp_path: Path) -> None:
    absent = Gate(
        table="raw_support.ticket",
        layer="landing.support",
        opens="nothing",
        at_least_rows=1,
        rules=lambda: [must.always_have("id")],
    )
    path = tmp_path / "night.duckdb"
    duckdb.connect(str(path)).close()
    [said] = judge(path, [absent], {"support"})
    assert (said.status, said.reason) == ("absent", "absent by declaration")
    [said] = judge(path, [absent], set())
    assert said.status == "unproven"
