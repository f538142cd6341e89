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

from expectations.sql import literal, run_date
from expectations.sql import name as quoted


@dataclass(frozen=True)
class Rule:
    """One thing that must hold. Written by the functions of rules.py, never by hand.

    What breaks it is SQL over the judged table: either `breaks`, a condition on one row, or
    `failing`, a SELECT with a row for each failure (of a key rule: for each key). `covers` is the
    condition on the rows the rule speaks about, or `counts` a SELECT of their number. `parts` are
    (what is wrong, condition) pairs that a verdict counts to say more than the sentence does;
    `names` a SELECT of one text that names what fails, by keys of policy and never by amounts.
    What `may_be_reviewed` passes on the one night for which policy holds a signed review; what
    `only_warns` is told and stops nothing.
    """

    kind: str
    sentence: str
    breaks: str | None = None
    failing: str | None = None
    covers: str = "true"
    counts: str | None = None
    columns: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    names: str | None = None
    may_cover_nothing: bool = False
    may_be_reviewed: bool = False
    only_warns: bool = False

    @classmethod
    def that_tables_must(
        cls,
        kind: str,
        says: str,
        because: str | None = None,
        may_cover_nothing: bool = False,
        **fields: Any,
    ) -> Rule:
        """A rule whose sentence is "must ..., because ...".

        Raises ValueError when it may cover nothing and does not say why.
        """
        if may_cover_nothing and not because:
            raise ValueError(f"a rule that may cover nothing says why: must {says}, because ...")
        sentence = f"must {says}" + (f", because {because}" if because else "")
        return cls(kind, sentence, may_cover_nothing=may_cover_nothing, **fields)

    @property
    def id(self) -> str:
        """Changes exactly when what is judged changes, not when it is said differently."""
        judged = "\n".join([self.breaks or self.failing or "", self.counts or self.covers])
        return f"{self.kind}({', '.join(self.columns)})#{zlib.crc32(judged.encode()):08x}"


_SIDES = ("other", "judged")


@dataclass(frozen=True)
class Versions:
    """How a table that keeps every landed version of its records tells which one is true.

    Of one `key` the greatest `by` wins, then the newest landing; without `by` (events) the first
    landing wins. A superseded or `deleted` row breaks nothing: landings never change, and a
    mistake that its source has corrected must not stop every night to come.
    """

    key: tuple[str, ...]
    by: str | None = None
    deleted: str | None = None

    @property
    def standing(self) -> str:
        """The condition under which a row of `judged` is the true one of its record."""
        same = " and ".join(f"other.{quoted(c)} = judged.{quoted(c)}" for c in self.key)
        order = [c for c in (self.by, "_landed_run_date", "_landing_sequence") if c]
        theirs, ours = (", ".join(f"{side}.{quoted(c)}" for c in order) for side in _SIDES)
        wins = ">" if self.by else "<"
        deleted = f"coalesce({quoted(self.deleted)}, false) = false and " if self.deleted else ""
        return (
            f"{deleted}not exists (select 1 from judged as other where {same} "
            f"and row({theirs}) {wins} row({ours}))"
        )


@dataclass(frozen=True)
class Price:
    """By which columns of a table the rows that fail a rule are priced: whose, how much, of what
    currency. Amounts are as the table keeps them, minor units in marts."""

    payee: str
    amount: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A table, what it opens, the least rows it must cover, and its rules.

    `rules` is given as a function so that suites read top down; it is called once, here, and
    hands out the flat tuple of rules ever after. `absent_domain` is the domain whose declared
    absence makes the gate absent too; a landing gate has its own. `price` says what the rows that
    fail a rule cost.

    Raises ValueError when the gate could pass without proving anything (F40).
    """

    table: str
    layer: str
    opens: str
    at_least_rows: int
    rules: Callable[[], Iterable[Rule | Iterable[Rule]]]
    name: str = ""
    absent_domain: str | None = None
    versions: Versions | None = None
    price: Price | None = None

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.table)
        stage, _, domain = self.layer.partition(".")
        if stage not in ("landing", "facts", "credit", "bonus") or (stage == "landing") != bool(
            domain
        ):
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

    def failing(self, rule: Rule) -> str:
        """The SELECT, over what `reading` names, with a row for each failure of `rule`."""
        failing = rule.failing or f"select 1 from judged where {self.if_true(rule.breaks)}"
        if not rule.may_be_reviewed:
            return failing
        return f"select 1 from ({failing}) as unreviewed where not {self._reviewed(rule)}"

    def _reviewed(self, rule: Rule) -> str:
        """Somebody asked for tonight's exception and somebody else approved it, by name and day.
        Where nothing has landed since, the night that landed last was reviewed, and that holds."""
        tonight = run_date().sql
        landed = "select max(_landed_run_date) from judged"
        return (
            "exists (select 1 from raw_policy.gate_reviews as reviews "
            f"where reviews.table_name = {literal(self.table)} "
            f"and reviews.rule_kind = {literal(rule.kind)} "
            f"and reviews.run_date in ({tonight}, ({landed})) "
            "and reviews.approved_by <> reviews.requested_by "
            f"and reviews.approved_date <= {tonight})"
        )

    def if_true(self, condition: str | None) -> str:
        """`condition`, said only of rows that are the true ones of their records."""
        return f"({condition}) and {self.versions.standing}" if self.versions else f"{condition}"

    def reading(self, table: str) -> str:
        """The WITH clause that gives rules their two names for `table` (SQL of a relation)."""
        # not materialized: a rule reads its own columns only, of views over Parquet too
        return (
            f"with judged as not materialized (select * from {table}), true_rows as "
            f"not materialized (select * from judged where {self.if_true('true')})"
        )


def _flat(rules: Iterable[Rule | Iterable[Rule]]) -> Iterable[Rule]:
    for rule in rules:
        if isinstance(rule, Rule):
            yield rule
        else:
            yield from rule


PASSED, BROKEN, UNPROVEN, ABSENT = "passed", "broken", "unproven", "absent"
# what such a rule finds is told, and the night goes on
WARNED = "warned"


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
        absence(gate, rule)
        if gate.absent_domain in absent
        else Verdict.of(gate, rule, UNPROVEN, reason=reason)
        for gate in gates
        for rule in gate.rules()
    ]


def absence(gate: Gate, rule: Rule) -> Verdict:
    return Verdict.of(
        gate, rule, ABSENT, rows_covered=0, rows_failing=0, reason="absent by declaration"
    )
