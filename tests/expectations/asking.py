"""How the tests of gates ask the judge."""

from __future__ import annotations

from pathlib import Path

from expectations.gate import Gate, Rule, Verdict, Versions
from expectations.judge import judge

TABLE = "bonus.lines"


def gate(
    *rules: Rule, table: str = TABLE, at_least_rows: int = 1, versions: Versions | None = None
) -> Gate:
    return Gate(
        table=table,
        layer="bonus",
        opens="nothing",
        at_least_rows=at_least_rows,
        versions=versions,
        rules=lambda: rules,
    )


def verdicts(path: Path, *rules: Rule, **of_gate: object) -> list[Verdict]:
    return judge(path, [gate(*rules, **of_gate)], set())  # type: ignore[arg-type]


def verdict(path: Path, rule: Rule, **of_gate: object) -> Verdict:
    [only] = verdicts(path, rule, **of_gate)
    return only
