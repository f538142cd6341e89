"""Registries of gates that are worse than ours by one thing, made from ours.

A removal takes a gate or a rule away. A weakening leaves it there and lets more pass: a bound
wider by one, a set larger, a column fewer, one failure tolerated, fewer rows asked for, a warning
instead of a stop, nothing to cover, a review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from expectations.gate import Gate, Rule
from expectations.row_rules import always_have

REMOVAL, WEAKENING = "removal", "weakening"
ANOTHER = "another"
COVERS_NOTHING = "may cover nothing"
# a comparison with a whole number in what breaks a rule, and the number that lets one more pass
_COMPARED = re.compile(r"(?<![-<>=!])(<=|>=|<|>) (-?\d+)\b")


@dataclass(frozen=True)
class Mutant:
    """What was done to which gate (and rule), and the gate as it stands then; None is gone."""

    what: str
    kind: str
    gate: str
    rule: Rule | None
    becomes: Gate | None

    def registry(self, gates: Iterable[Gate]) -> list[Gate]:
        stand = [self.becomes if gate.name == self.gate else gate for gate in gates]
        return [gate for gate in stand if gate is not None]


def mutants(gates: Iterable[Gate]) -> Iterator[Mutant]:
    for gate in gates:
        rules = gate.rules()
        yield Mutant("gate removed", REMOVAL, gate.name, None, None)
        if gate.at_least_rows:
            fewer = _with(gate, rules, at_least_rows=gate.at_least_rows - 1)
            yield Mutant("one row fewer asked for", WEAKENING, gate.name, None, fewer)
        for rule in rules:
            others = [one for one in rules if one is not rule]
            # a gate without rules does not load (F40): taking its only one away is taking it away
            left = _with(gate, others) if others else None
            yield Mutant("rule dropped", REMOVAL, gate.name, rule, left)
            for what, weaker in weakened(gate, rule):
                stand = [weaker if one is rule else one for one in rules]
                yield Mutant(what, WEAKENING, gate.name, rule, _with(gate, stand))


def _with(gate: Gate, rules: Iterable[Rule], **changed: object) -> Gate:
    stand = tuple(rules)
    return replace(gate, rules=lambda: stand, **changed)  # type: ignore[arg-type]


def weakened(gate: Gate, rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Rules that let more pass than `rule` of `gate`, each with what was done."""
    if not rule.only_warns:
        yield "a warning only", replace(rule, only_warns=True)
    # a rule about all rows covers nothing only where there is none, which is the gate's to say
    if not rule.may_cover_nothing and (rule.counts or rule.covers != "true"):
        yield COVERS_NOTHING, replace(rule, may_cover_nothing=True)
    if not rule.may_be_reviewed:
        yield "may be reviewed", replace(rule, may_be_reviewed=True)
    sql = rule.breaks or rule.failing or ""
    for at in _COMPARED.finditer(sql):
        further = int(at[2]) + (1 if at[1].startswith(">") else -1)
        wider = f"{sql[: at.start()]}{at[1]} {further}{sql[at.end() :]}"
        yield f"{at[0]} became {at[1]} {further}", _judging(rule, wider)
    if " not in ('" in sql:
        larger = sql.replace(" not in ('", f" not in ('{ANOTHER}', '", 1)
        yield "a value more allowed", _judging(rule, larger)
    if rule.kind == "always_have":
        for column in rule.columns[1:]:
            left = tuple(one for one in rule.columns if one != column)
            yield f"{column} may be empty", always_have(*left)
    # what `mostly` would do
    yield (
        "one failure tolerated",
        replace(rule, breaks=None, failing=f"{_failing(gate, rule)} offset 1"),
    )


def _failing(gate: Gate, rule: Rule) -> str:
    if rule.breaks:
        return f"select 1 from judged where {gate.if_true(rule.breaks)}"
    return f"select 1 from ({rule.failing}) as failing"


def _judging(rule: Rule, sql: str) -> Rule:
    return replace(rule, breaks=sql) if rule.breaks else replace(rule, failing=sql)
