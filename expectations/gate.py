"""What a gate is made of: rules about one table, and the verdict on each.

Here: plain data, importable in milliseconds by whoever draws, runs or records gates. Not here:
the words a rule is written with (rules.py) and the judging (judge.py), which needs Great
Expectations and its seconds of import.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One thing that must hold. Written by the functions of rules.py, never by hand.

    `failing` is a SELECT with one row per row (for key rules: per key) that breaks the rule;
    `covers` a condition, or with `counts` a SELECT of one number, that says how many rows the
    rule speaks about. All three read the judged table under the name `judged`. `parts` are
    (what is wrong, condition) pairs that a verdict may count to say more than the sentence.
    """

    kind: str
    sentence: str
    failing: str
    covers: str = "true"
    counts: str | None = None
    columns: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    may_cover_nothing: bool = False

    @property
    def id(self) -> str:
        """Changes exactly when what is judged changes, not when it is said differently."""
        judged = zlib.crc32("\n".join([self.failing, self.counts or self.covers]).encode())
        return f"{self.kind}({', '.join(self.columns)})#{judged:08x}"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A table, what it opens, the least rows it must cover, and its rules.

    `rules` is given as a function so that suites read top down; it is called once, here, and
    hands out the flat tuple of rules ever after. `absent_domain` is the domain whose declared
    absence makes the gate absent too; a landing gate has its own.

    Raises ValueError when the gate could pass without proving anything (F40).
    """

    table: str
    layer: str
    opens: str
    at_least_rows: int
    rules: Callable[[], Iterable[Rule | Iterable[Rule]]]
    name: str = ""
    absent_domain: str | None = None

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.table)
        stage, _, domain = self.layer.partition(".")
        if stage not in ("landing", "facts", "bonus") or (stage == "landing") != bool(domain):
            raise ValueError(f"gate {self.name}: there is no layer {self.layer}")
        if domain and self.absent_domain is None:
            object.__setattr__(self, "absent_domain", domain)
        if self.table.count(".") != 1:
            raise ValueError(f"gate {self.name}: {self.table} is not written schema.table")
        if self.at_least_rows < 0:
            raise ValueError(f"gate {self.name}: no table has fewer than 0 rows")
        rules = tuple(_flat(self.rules()))
        if not rules:
            raise ValueError(f"gate {self.name} has no rule: it would pass without judging")
        ids = [rule.id for rule in rules]
        twice = sorted({identifier for identifier in ids if ids.count(identifier) > 1})
        if twice:
            raise ValueError(f"gate {self.name} has the same rule twice: {', '.join(twice)}")
        object.__setattr__(self, "rules", lambda: rules)


def _flat(rules: Iterable[Rule | Iterable[Rule]]) -> Iterable[Rule]:
    for rule in rules:
        if isinstance(rule, Rule):
            yield rule
        else:
            yield from rule


PASSED, BROKEN, UNPROVEN, ABSENT = "passed", "broken", "unproven", "absent"


@dataclass(frozen=True)
class Verdict:
    """What was found of one rule of one gate. It holds counts and plain words, never a value.

    `rows_covered` and `rows_failing` are null where they could not be counted. `reason` says
    why a rule is broken or unproven, where the sentence alone does not.
    """

    gate: str
    layer: str
    table: str
    expectation_id: str
    expectation: str
    status: str
    rows_covered: int | None = None
    rows_failing: int | None = None
    table_hash: str | None = None
    reason: str | None = None

    @classmethod
    def of(cls, gate: Gate, rule: Rule, status: str, **found: Any) -> Verdict:
        return cls(gate.name, gate.layer, gate.table, rule.id, rule.sentence, status, **found)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def unproven(gates: Iterable[Gate], declared_absent: Iterable[str], reason: str) -> list[Verdict]:
    """The verdicts of a layer that nobody judged."""
    absent = set(declared_absent)
    return [
        absence(gate, rule) if gate.absent_domain in absent
        else Verdict.of(gate, rule, UNPROVEN, reason=reason)
        for gate in gates
        for rule in gate.rules()
    ]


def absence(gate: Gate, rule: Rule) -> Verdict:
    return Verdict.of(
        gate, rule, ABSENT, rows_covered=0, rows_failing=0, reason="absent by declaration"
    )
