"""The gate over the gates: a release needs evidence from every registered rule, for these bytes."""

from __future__ import annotations

import duckdb
from expectations import GATES
from expectations.hashing import content_hash


def missing(night: duckdb.DuckDBPyConnection, absent: set[str]) -> list[str]:
    """What keeps the night from being released, in plain words; empty when nothing does.

    A gate that did not run, a rule that did not come back, one that did not pass, and a table
    that is no longer the one that was judged (F40, F41).
    """
    said: dict[str, list[tuple[str, str, str | None]]] = {}
    for gate, expectation, status, table_hash in night.execute(
        "select gate, expectation, status, table_hash from raw_night.gate_evidence"
    ).fetchall():
        said.setdefault(gate, []).append((expectation, status, table_hash))
    problems = []
    for gate in GATES:
        rules = {rule.sentence for rule in gate.rules()}
        evidence = said.get(gate.name, [])
        if not evidence:
            problems.append(f"gate {gate.name} did not run")
            continue
        if all(status == "absent" for _, status, _ in evidence) and gate.absent_domain in absent:
            continue
        silent = rules - {expectation for expectation, _, _ in evidence}
        problems += [f"gate {gate.name}: no evidence that {rule}" for rule in sorted(silent)]
        problems += [
            f"gate {gate.name}: {status}: {expectation}"
            for expectation, status, _ in evidence
            if status != "passed"
        ]
        hashes = {table_hash for _, _, table_hash in evidence}
        if hashes != {content_hash(night, gate.table)}:
            problems.append(f"gate {gate.name}: {gate.table} has changed since it was judged")
    unknown = sorted(set(said) - {gate.name for gate in GATES})
    problems += [f"evidence of a gate that is not registered: {name}" for name in unknown]
    return problems
