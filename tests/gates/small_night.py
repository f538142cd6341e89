"""A night of size XS in this process: landing, gates and models, as plain SQL on one connection.

The SQL is what a night runs: landing's own typed SELECT, dbt's compiled models and the queries
that the judge asks Great Expectations to count. What is left out is what cannot change a value:
files, Dagster, the release. At size XS nothing is fitted, so the fit is left out too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from expectations import GATES
from expectations.gate import Gate, Rule
from expectations.sql import relation
from orchestration import contract, parquet, rollup, second_opinion, tokens, warehouse
from orchestration.contract import RawTable
from orchestration.landing_select import landing_select
from tests.portability.compiled import by_schema

PUBLISHED = ("people", "funnel", "collaboration", "contribution", "bonus", "operations")
# of the night itself, not of what it was given
ABOUT_THE_NIGHT = ("operations.fct_gate_evidence", "operations.fct_releases")
QUARANTINE = "operations.fct_quarantine"
LINES = "bonus.fct_payout_lines"
_LAYERS = ("conform", "facts", "credit", "bonus")


@dataclass(frozen=True)
class Step:
    """A model: where it stands, what it reads, its SQL, its segment and the key of its rows."""

    relation: str
    reads: frozenset[str]
    sql: str
    segment: str
    grain: tuple[str, ...]


def steps(
    models: Mapping[str, Any], segments: Mapping[str, list[str]], manifest: Mapping[str, Any]
) -> list[Step]:
    """The compiled project (tests/portability/compile_models.py), parents first."""
    segment = {one.split(".")[-1]: name for name, found in segments.items() for one in found}
    grains = _grains(manifest)
    named = {name: by_schema(model["relation"]) for name, model in models.items()}
    reads = {
        name: {node.split(".")[-1] for node in model["depends_on"] if node.startswith("model.")}
        for name, model in models.items()
    }
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in ordered:
            for parent in sorted(reads[name]):
                visit(parent)
            ordered[name] = None

    for layer in _LAYERS:
        for name in sorted(models):
            if segment[name] == layer:
                visit(name)
    return [
        Step(
            named[name],
            frozenset(
                named[node.split(".")[-1]]
                if node.startswith("model.")
                else ".".join(node.split(".")[-2:])
                for node in models[name]["depends_on"]
                if node.startswith(("model.", "source."))
            ),
            by_schema(models[name]["sql"]),
            segment[name],
            grains.get(name, ()),
        )
        for name in ordered
    ]


def _grains(manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The columns of each model's uniqueness test, which ends its segment."""
    found = {}
    for node in manifest["nodes"].values():
        meta = node.get("test_metadata") or {}
        if meta.get("name") == "one_row_per" and node.get("attached_node"):
            found[node["attached_node"].split(".")[-1]] = tuple(meta["kwargs"]["columns"])
    return found


class SmallNight:
    """An undisturbed night on one connection; `disturbed` tries others and takes them back."""

    def __init__(self, company: Path, project: list[Step], run_date: date) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'; set threads = 1")
        tokens.begin(self.connection, b"of a small night")
        self.run_date, self.steps = run_date, project
        self.tables = {
            f"{table.domain}.{table.name}": table
            for domain in contract.domains().values()
            for table in domain.tables.values()
        }
        self._about_the_night()
        self._delivered(company)
        for schema in sorted({step.relation.split(".")[0] for step in project}):
            self.connection.execute(f"create schema if not exists {schema}")
        for step in project:
            self.connection.execute(f"create table {step.relation} as {step.sql}")
        second_opinion.write_down(self.connection)
        everything = [step.relation for step in project]
        self.known = {name: self.content(name) for name in everything}

    def _about_the_night(self) -> None:
        self.connection.execute("create schema raw_night")
        for name, columns in warehouse.NIGHT_TABLES.items():
            fields = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            self.connection.execute(f"create table raw_night.{name} ({fields})")
        row = {"run_date": self.run_date, "release_id": f"{self.run_date}-small"}
        warehouse.insert(self.connection, "run", [row])
        self.was_good(self.run_date - timedelta(1))

    def was_good(self, night: date) -> None:
        """What landed up to this night is what was told before: it was published."""
        row = {"run_date": night, "release_id": f"{night}-small"}
        warehouse.insert(self.connection, "releases", [row])

    def _delivered(self, company: Path) -> None:
        """Everything up to the night before: source.<table> as delivered, raw_<domain>.<table>
        as landed the day before, so that tonight may bring it again."""
        self.connection.execute("create schema source; create schema raw_fitted")
        nights = sorted(p for p in (company / "nights").iterdir() if p.name <= f"{self.run_date}")
        for domain in contract.domains().values():
            self.connection.execute(f"create schema raw_{domain.name}")
        for name, table in self.tables.items():
            self.connection.execute(
                f"create table {source(name)} as {_offered(company, nights, table, name)}"
            )
            self.land(table, f"select * from {source(name)}", on=self.run_date - timedelta(1))
            self.keep(table)
        for table in contract.fitted().tables.values():
            declared = {c.name: c.data_type for c in table.columns.values()}
            fields = {**declared, **contract.LANDED_COLUMNS}.items()
            self.connection.execute(
                f"create table raw_fitted.{table.name} "
                f"({', '.join(f'{column} {kind}' for column, kind in fields)})"
            )

    def land(self, table: RawTable, select: str, on: date, sequence: int = 1) -> None:
        """Land a table as a night would: beside what landed before, but for a snapshot, of which
        a night shows the newest. Raises SourceError as a landing does.
        """
        if table.token_columns:
            select = tokens.tokenised(self.connection, table, select)
        typed, _, _ = landing_select(self.connection, table, select, on, sequence)
        name = raw(table)
        if table.rollup:
            self.connection.execute(f"create or replace temp table arrived as {typed}")
            rolled = rollup.ROLL_UP.format(new="arrived", unseen="")
            columns = ", ".join([*rollup.COLUMNS, *contract.LANDED_COLUMNS])
            typed = (
                f"select * from (select *, date '{on}', cast({sequence} as bigint) "
                f"from ({rolled})) as rolled({columns})"
            )
        if sequence > 1 and table.load != "snapshot":
            self.connection.execute(f"insert into {name} {typed}")
        else:
            self.connection.execute(f"create or replace table {name} as {typed}")

    def keep(self, table: RawTable) -> None:
        """A snapshot stays beside as the last good night knew it."""
        if table.load == "snapshot":
            name = raw(table).replace("raw_", "before_", 1)
            self.connection.execute(f"create schema if not exists before_{table.domain}")
            self.connection.execute(f"create or replace table {name} as from {raw(table)}")

    def content(self, name: str) -> tuple[Any, ...]:
        """What a relation holds, whatever the order of its rows."""
        bare = name.split(".")[1].strip('"')
        return (
            self.connection.execute(
                f'select count(*), sum(cast(hash("{bare}") as hugeint)) from {name}'
            ).fetchone()
            or ()
        )

    @contextmanager
    def disturbed(self) -> Iterator[None]:
        self.connection.execute("begin")
        try:
            yield
        finally:
            self.connection.execute("rollback")

    def rebuild(self, segment: str, changed: set[str]) -> str | None:
        """Build of a segment what reads what changed; adds what changed by it to `changed`.
        Returns what stops it: a model that fails, or one with two rows where it says one."""
        for step in self.steps:
            if step.segment != segment or not step.reads & changed:
                continue
            self.connection.execute(f"create or replace table {step.relation} as {step.sql}")
            if self.content(step.relation) == self.known[step.relation]:
                continue
            changed.add(step.relation)
            if step.grain and self._repeats(step):
                return f"{step.relation} has two rows where it says one"
        if segment == "bonus" and LINES in changed:
            second_opinion.write_down(self.connection)
        return None

    def _repeats(self, step: Step) -> bool:
        key = ", ".join(step.grain)
        query = f"select 1 from {step.relation} group by {key} having count(*) > 1 limit 1"
        return bool(self.connection.execute(query).fetchall())

    def refusals(self, layer: str, changed: set[str]) -> list[tuple[Gate, Rule]]:
        """The rules of a layer that what changed breaks or leaves unproven."""
        found = []
        for gate in GATES:
            if gate.layer.split(".")[0] == layer:
                rules = [rule for rule in gate.rules() if is_about(gate, rule, changed)]
                found += [(gate, rule) for rule in self.unheld(gate, rules)] if rules else []
        return found

    def unheld(self, gate: Gate, rules: list[Rule]) -> list[Rule]:
        """The rules that do not hold, decided as the judge does, without Great Expectations
        between a query and its count. One scan for all of them."""
        asked = []
        for rule in rules:
            covered = rule.counts or f"select count(*) from judged where {rule.covers}"
            asked += [f"(select count(*) from ({gate.failing(rule)}) as failing)", f"({covered})"]
        figures = ", ".join(["(select count(*) from judged)", *asked])
        query = f"{gate.reading(relation(gate.table))} select {figures}"
        rows, *counts = self.connection.execute(query).fetchone() or ()
        if rows < gate.at_least_rows:
            return rules
        return [
            rule
            for rule, failing, covered in zip(rules, counts[::2], counts[1::2], strict=True)
            if (failing and not rule.only_warns)
            or (rows > 0 and not covered and not rule.may_cover_nothing)
        ]


def is_about(gate: Gate, rule: Rule, changed: set[str]) -> bool:
    return gate.table in changed or any(
        name.replace('"', "") in gate.failing(rule).replace('"', "") for name in changed
    )


def source(name: str) -> str:
    return f'source."{name.replace(".", "__")}"'


def raw(table: RawTable) -> str:
    """Where the landed table stands, as gates and models name it."""
    name = f"{table.name}_daily" if table.rollup else table.name
    return f'raw_{table.domain}."{name}"'


def _offered(company: Path, nights: list[Path], table: RawTable, name: str) -> str:
    if table.domain == "policy":
        path = company / "policy" / f"{table.name}.csv"
        return f"select * from read_csv({parquet.literal(path)}, all_varchar = true, header = true)"
    wanted = nights[-1:] if table.load == "snapshot" else nights
    files = [night / table.domain / f"{table.name}.parquet" for night in wanted]
    files = [path for path in files if path.exists()]
    if files:
        return f"select * from {parquet.scan(files)}"
    empty = ", ".join(
        f'cast(null as {column.data_type}) as "{column.name}"' for column in table.columns.values()
    )
    return f"select {empty} where false"
