"""The judge: asks Great Expectations about every rule of a gate and believes nothing unproven.

A rule passes only if it came back, evaluated, found no failing row, spoke about rows, and the
engine saw as many rows as a plain count does. Broken means the data is bad; unproven means that
nobody can say: the table is gone or empty, the column holds nothing or no number, the engine
failed, an answer is missing. Both stop a night.

    python -m expectations.judge --serve     requests and answers as JSON, a line each
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from expectations import measure
from expectations.content_hash import content_hash
from expectations.gate import (
    BROKEN,
    PASSED,
    UNPROVEN,
    WARNED,
    Gate,
    Rule,
    Verdict,
    absence,
    unproven,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from expectations.engine import Answers


def judge(database: Path, gates: Iterable[Gate], declared_absent: Iterable[str]) -> list[Verdict]:
    """A verdict on every rule of every gate, in their order. Reads `database`, changes nothing.

    Raises nothing for what the database holds or lacks: that is in the verdicts.
    """
    gates, absent = list(gates), set(declared_absent)
    present = [gate for gate in gates if gate.absent_domain not in absent]
    verdicts = {
        gate.name: [absence(gate, rule) for rule in gate.rules()]
        for gate in gates
        if gate.absent_domain in absent
    }
    try:
        connection = duckdb.connect(str(database), read_only=True, config={"threads": 2})
    except duckdb.Error as error:
        reason = f"the night's file cannot be opened ({type(error).__name__})"
        return unproven(gates, absent, reason)
    # imported late: it costs seconds, and whoever only talks to a judge process needs none of it
    from expectations import engine

    try:
        connection.execute("set global timezone = 'UTC'")
        with engine.opened(connection) as reader:
            for gate in present:
                verdicts[gate.name] = _judge_gate(connection, reader, gate)
    finally:
        connection.close()
    return [verdict for gate in gates for verdict in verdicts[gate.name]]


def _judge_gate(connection: duckdb.DuckDBPyConnection, reader: Engine, gate: Gate) -> list[Verdict]:
    """Never raises: whatever goes wrong here, the gate is unproven."""
    try:
        return _verdicts(connection, reader, gate)
    except Exception as error:
        return unproven([gate], (), f"the judge failed ({type(error).__name__})")


def _verdicts(connection: duckdb.DuckDBPyConnection, reader: Engine, gate: Gate) -> list[Verdict]:
    from expectations import engine

    columns = measure.columns_of(connection, gate.table)
    if columns is None:
        return unproven([gate], (), f"there is no table {gate.table}")
    rules = gate.rules()
    measured = measure.measure(connection, gate, columns)
    answers = engine.ask(reader, gate, rules)
    try:
        table_hash = content_hash(connection, gate.table)
    except duckdb.Error as error:
        return unproven([gate], (), f"the table cannot be read ({type(error).__name__})")
    verdicts = []
    for rule in rules:
        status, reason = _decide(connection, gate, rule, measured, answers)
        verdicts.append(
            Verdict.of(
                gate,
                rule,
                status,
                rows_covered=measured.covered.get(rule.id),
                rows_failing=answers.failing.get(rule.id),
                table_hash=table_hash,
                reason=reason,
            )
        )
    return verdicts


def _decide(
    connection: duckdb.DuckDBPyConnection,
    gate: Gate,
    rule: Rule,
    measured: measure.Measured,
    answers: Answers,
) -> tuple[str, str | None]:
    failing = answers.failing.get(rule.id)
    if failing is None:
        return UNPROVEN, measure.why_not_evaluated(connection, gate, rule)
    if failing:
        status = WARNED if rule.only_warns else BROKEN
        return status, measure.what_is_wrong(connection, gate, rule)
    covered, rows = measured.covered.get(rule.id), measured.rows
    if answers.rows != rows:
        return UNPROVEN, "Great Expectations did not see the rows that are there"
    if rows < gate.at_least_rows:
        return UNPROVEN, "the table is empty" if rows == 0 else (
            f"the table has {rows} rows, fewer than the {gate.at_least_rows} it must have"
        )
    if covered is None:
        return UNPROVEN, "what the rule speaks about could not be counted"
    if rule.id in measured.not_finite:
        return UNPROVEN, f"{measured.not_finite[rule.id]} rows hold no number"
    if covered == 0 and rows > 0 and not rule.may_cover_nothing:
        return UNPROVEN, "it speaks about no row"
    if not measured.night_is_known and "raw_night.run" in gate.failing(rule):
        return UNPROVEN, "the night's date is not known"
    return PASSED, None


def main(arguments: list[str] | None = None) -> None:
    from expectations.serve import serve

    parser = argparse.ArgumentParser(prog="expectations.judge", description=__doc__)
    parser.add_argument("--serve", action="store_true", required=True)
    parser.add_argument("--gates", default="expectations:GATES", help="module:attribute")
    serve(parser.parse_args(arguments).gates)


if __name__ == "__main__":
    main()
