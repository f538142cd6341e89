"""The models of pay, run on small tables: dbt's own SQL, without dbt and without a night.

A company's rows go into the tables that stand before the models of pay; everything from there to
the payout lines is computed in one transaction and rolled back. Which models that takes is read off
the compiled project, so a new model is run as soon as a payout line depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from orchestration import contract, rollup, warehouse
from tests.portability.compiled import by_schema

Rows = Sequence[Mapping[str, Any]]
Given = Mapping[str, Rows]
Wrong = tuple[str, str]

# What a company is made of, beside raw_policy. Deals come as the CRM has them and people as HR
# has them after their identities are resolved; a deal's touches come as the weight they add up to,
# and what goals and awards look at as the records of it.
GIVEN = (
    "raw_night.run",
    "raw_ledger.entry",
    "staging.stg_crm__opportunities",
    "staging.stg_crm__opportunity_splits",
    "staging.stg_crm__tasks",
    "staging.stg_collaboration__recognitions",
    "staging.stg_collaboration__mentoring_sessions",
    "staging.stg_finance__accounting_periods",
    "staging.stg_finance__accounts",
    "staging.stg_finance__credit_notes",
    "staging.stg_finance__invoices",
    "staging.stg_finance__journals",
    "staging.stg_finance__journal_lines",
    "staging.stg_product_usage__features",
    "staging.stg_product_usage__feature_requests",
    "staging.stg_product_usage__feature_adoptions",
    "intermediate.int_funnel__opportunity_changes",
    "intermediate.int_funnel__stage_entries",
    "intermediate.int_contribution__path_participants",
    "intermediate.int_contribution__account_records",
    "intermediate.int_contribution__shared_records",
    "contribution.fct_contribution_events",
    "collaboration.fct_interactions",
    "intermediate.int_attribution__function_shares",
    "intermediate.int_identity__employees",
    "intermediate.int_identity__employee_identities",
    "intermediate.int_identity__employee_history",
    "intermediate.int_identity__employee_spells",
    "intermediate.int_identity__employee_compensation",
    "intermediate.int_identity__employee_leaves",
)
WANTED = (
    "bonus.fct_attainment",
    "bonus.fct_bonus_eligibility",
    "bonus.fct_gate_results",
    "bonus.fct_commissions",
    "bonus.fct_draws",
    "bonus.fct_eligibility_reasons",
    "bonus.dim_plan_assignments",
    "bonus.fct_award_parts",
    "bonus.fct_pool_shares",
    "bonus.dim_rate_tables",
    "bonus.dim_spif_prizes",
    "bonus.fct_payouts",
    "bonus.fct_pools",
    "people.dim_plan_components",
    "funnel.fct_opportunities",
    "intermediate.int_bonus__rule_results",
)
LINES = ("bonus.fct_payout_lines",)
RULES = ("intermediate.int_bonus__rule_results",)
FINDINGS = "intermediate.int_bonus__policy_findings"


class Engine:
    """One database: all tables of the warehouse, empty, and the SQL between a company and its pay.

    models: the compiled project (tests/portability/compile_models.py).
    """

    def __init__(self, models: Mapping[str, Any]) -> None:
        self.connection = duckdb.connect()
        # plans outlive the rows they were made for, so they must not rest on what rows there were
        self.connection.execute(
            "set threads = 1; set disabled_optimizers = "
            "'statistics_propagation,compressed_materialization,empty_result_pullup'"
        )
        self._raw_tables()
        sql = {by_schema(model["relation"]): by_schema(model["sql"]) for model in models.values()}
        reads = _reads(models)
        for relation in _ordered(reads, sql):
            self._schema(relation)
            self.connection.execute(f"create table {relation} as {sql[relation]}")
        self.columns = self._columns()
        missing = [name for name in (*GIVEN, *WANTED, FINDINGS) if name not in self.columns]
        assert not missing, f"the project has no {missing} any more"
        self._given = {*GIVEN, *(name for name in self.columns if name.startswith("raw_policy."))}
        self._reads, self._order = reads, _ordered(reads, sql)
        self._steps: dict[tuple[str, ...], list[str]] = {}
        whole = self._steps_to((*WANTED, FINDINGS))
        self._fill = {name: f"insert into {name} {sql[name]}" for name in whole}
        # planning costs more than running on few rows, so it is done once
        for name, fill in self._fill.items():
            self.connection.execute(f"prepare {_plan(name)} as {fill}")

    def _steps_to(self, wanted: tuple[str, ...]) -> list[str]:
        if wanted not in self._steps:
            self._steps[wanted] = _between(self._given, {*wanted}, self._reads, self._order)
        return self._steps[wanted]

    def _raw_tables(self) -> None:
        self._tables("raw_night", warehouse.NIGHT_TABLES)
        for domain in contract.landed().values():
            tables: dict[str, Mapping[str, str]] = {}
            for table in domain.tables.values():
                if table.rollup:
                    tables[f"{table.name}_daily"] = rollup.COLUMNS
                else:
                    declared = {name: column.data_type for name, column in table.columns.items()}
                    tables[table.name] = declared | contract.LANDED_COLUMNS
            self._tables(f"raw_{domain.name}", tables)

    def _tables(self, schema: str, tables: Mapping[str, Mapping[str, str]]) -> None:
        self.connection.execute(f"create schema {schema}")
        for name, columns in tables.items():
            fields = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            self.connection.execute(f'create table {schema}."{name}" ({fields})')

    def _schema(self, relation: str) -> None:
        self.connection.execute(f"create schema if not exists {relation.partition('.')[0]}")

    def _columns(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for schema, table, column, kind in self.connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        ).fetchall():
            found.setdefault(f"{schema}.{table}", {})[column] = kind
        return found

    @contextmanager
    def night(
        self,
        given: Given,
        wanted: tuple[str, ...] = WANTED,
        wrong: Mapping[str, Wrong] | None = None,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """What the models make of `given` ({relation: rows}); gone when the block ends.

        wanted: relations, of WANTED and FINDINGS: what they need is run, and no more.
        wrong: {relation: (text of its SQL, what stands there instead)}, to see a wrong model.
        """
        self.connection.execute("begin")
        try:
            for relation, rows in given.items():
                self._insert(relation, rows)
            for name in self._steps_to(wanted):
                if wrong and name in wrong:
                    self._fill_wrongly(name, *wrong[name])
                else:
                    self.connection.execute(f"execute {_plan(name)}")
            yield self.connection
        finally:
            self.connection.execute("rollback")

    def _fill_wrongly(self, relation: str, text: str, instead: str) -> None:
        assert text in self._fill[relation], f"{relation} does not say {text}"
        self.connection.execute(self._fill[relation].replace(text, instead))

    def _insert(self, relation: str, rows: Rows) -> None:
        if not rows:
            return
        types = self.columns[relation]
        names = list(dict.fromkeys(name for row in rows for name in row))
        unknown = [name for name in names if name not in types]
        assert not unknown, f"{relation} has no column {unknown}"
        fields = ", ".join(f'"{name}"' for name in names)
        # row by row: half the time of a list a column
        row = f"({', '.join('?' for _ in names)})"
        self.connection.execute(
            f"insert into {relation} ({fields}) values {', '.join([row] * len(rows))}",
            [one.get(name) for one in rows for name in names],
        )


def select(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of a query, by column name."""
    found = connection.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _plan(relation: str) -> str:
    return f"fill_{relation.replace('.', '_')}"


def _reads(models: Mapping[str, Any]) -> dict[str, set[str]]:
    """What each relation reads."""
    found = {}
    for model in models.values():
        names = set()
        for node in model["depends_on"]:
            kind, *_, source, name = node.split(".")
            if kind == "model":
                names.add(by_schema(models[name]["relation"]))
            elif kind == "source":
                names.add(f"{source}.{name}")
        found[by_schema(model["relation"])] = names
    return found


def _ordered(reads: Mapping[str, set[str]], relations: Mapping[str, str]) -> list[str]:
    """Every relation after what it reads."""
    done: dict[str, None] = {}

    def visit(relation: str) -> None:
        if relation in relations and relation not in done:
            for read in sorted(reads[relation]):
                visit(read)
            done[relation] = None

    for relation in sorted(relations):
        visit(relation)
    return list(done)


def _between(
    given: set[str], wanted: set[str], reads: Mapping[str, set[str]], order: list[str]
) -> list[str]:
    """The models that change with what is given and that what is wanted needs, in order."""
    changed = set(given)
    for relation in order:
        if relation not in given and reads[relation] & changed:
            changed.add(relation)
    needed = set(wanted)
    for relation in reversed(order):
        if relation in needed and relation not in given:
            needed |= reads[relation]
    return [name for name in order if name in changed & needed and name not in given]
