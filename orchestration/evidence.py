"""The gate over the gates: a release needs evidence from every registered rule, for these bytes."""

from __future__ import annotations

import duckdb

from expectations import GATES
from expectations.content_hash import content_hash


def weigh(night: duckdb.DuckDBPyConnection, absent: set[str]) -> tuple[list[str], dict[str, str]]:
    """What keeps the night from being released, in plain words, and the content hash of each
    judged table as it stands now, under its name. The first is empty when nothing does.

    A gate that did not run, a rule that did not come back, one that did not pass, and a table
    that is no longer the one that was judged (F40, F41).
    """
    hashes: dict[str, str] = {}
    said: dict[str, dict[str, tuple[str, str, str | None]]] = {}
    for gate, identifier, *rest in night.execute(
        "select gate, expectation_id, expectation, status, table_hash from raw_night.gate_evidence"
    ).fetchall():
        said.setdefault(gate, {})[identifier] = tuple(rest)
    problems = []
    for gate in GATES:
        evidence = said.get(gate.name, {})
        if not evidence:
            problems.append(f"gate {gate.name} did not run")
            continue
        if gate.absent_domain in absent and {found[1] for found in evidence.values()} == {"absent"}:
            continue
        for rule in gate.rules():
            sentence, status, _ = evidence.get(rule.id, (rule.sentence, "no evidence", None))
            if status != "passed" and not (rule.only_warns and status == "warned"):
                problems.append(f"gate {gate.name}: {status}: {sentence}")
        hashes[gate.table] = content_hash(night, gate.table)
        if {table_hash for _, _, table_hash in evidence.values()} != {hashes[gate.table]}:
            problems.append(f"gate {gate.name}: {gate.table} has changed since it was judged")
    unknown = sorted(set(said) - {gate.name for gate in GATES})
    problems += [f"evidence of a gate that is not registered: {name}" for name in unknown]
    return problems, hashes
