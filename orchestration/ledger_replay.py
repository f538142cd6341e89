"""Replay: build a state of the tables again from recorded landing, policy and code.

Nothing of the running night is touched: the tables stand in a file of their own, which has the
night's name because the recorded SQL names it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import durable, journal, landing, ledger_archive, ledger_entries, warehouse
from orchestration.contract import Domain, RawTable
from orchestration.errors import NightError

LINES = "bonus.fct_payout_lines"
# how a new row of a table stands to those that were there: a key nobody knew, one that is marked
# as deleted, any other new version
RECORD_KINDS = ("late", "corrected", "deleted")
EVERYTHING = frozenset({"everything"})


@dataclass(frozen=True)
class Inputs:
    """What tables are a function of: models and contract, business date, landing by table.

    `up_to` is the landing of every table, but for those that `moved` names as domain.table: they
    are as landed by `moved_to`, or have of what is new only the kinds named (see RECORD_KINDS).
    """

    models: dict[str, Any]
    run_date: date
    up_to: date
    domains: list[str]
    moved_to: date = date.min
    moved: dict[str, frozenset[str]] = field(default_factory=dict)


def of_close(home: Path, record: journal.Record) -> Inputs:
    """The inputs of a closed period. Raises NightError where one is no longer what it was."""
    run_date = date.fromisoformat(record["run_date"])
    models = ledger_archive.read(home, record, "models")
    landed = ledger_archive.read(home, record, "landing")
    for name in record["domains"]:
        if landing.manifests(home, name, run_date) != landed[name]:
            raise NightError(
                f"{name} as landed by {run_date} is not what {record['period_key']} was closed on"
            )
    return Inputs(models, run_date, run_date, record["domains"])


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """A folder for rebuilt tables, private, gone afterwards."""
    folder = durable.make_folder(home / "work", mode=0o700) / "replay"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def rebuilt(
    home: Path, folder: Path, inputs: Inputs, wanted: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a file that holds `wanted` and all it reads, built from `inputs`."""
    path = folder / "night.duckdb"
    path.unlink(missing_ok=True)
    with warehouse.connect(path) as connection:
        path.chmod(0o600)
        connection.execute("create schema raw_night")
        for name, columns in warehouse.NIGHT_TABLES.items():
            fields = ", ".join(f"{column} {data_type}" for column, data_type in columns.items())
            connection.execute(f"create table raw_night.{name} ({fields})")
        warehouse.insert(connection, "run", [{"run_date": inputs.run_date}])
        models = _needed(inputs.models["models"], wanted)
        read = {source for model in models for source in model["sources"]}
        expose(connection, home, ledger_archive.contract_of(inputs.models), inputs, read)
        run(connection, models)
        yield connection


def _needed(models: list[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    """`wanted` and what it reads, in order."""
    by_name = {model["name"]: model for model in models}
    needed, open_ = set(), [wanted]
    while open_:
        name = open_.pop()
        if name not in needed:
            needed.add(name)
            open_ += by_name[name]["reads"]
    return [model for model in models if model["name"] in needed]


def expose(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    domains: dict[str, Domain],
    inputs: Inputs,
    read: set[str],
) -> None:
    """The raw tables that `read` names (raw_domain.table) as views over the landed files."""
    for domain in domains.values():
        connection.execute(f"create schema if not exists raw_{domain.name}")
        for table in domain.tables.values():
            name = f"{table.name}_daily" if table.rollup else table.name
            if f"raw_{domain.name}.{name}" in read:
                _expose(connection, home, table, inputs)


def _expose(
    connection: duckdb.DuckDBPyConnection, home: Path, table: RawTable, inputs: Inputs
) -> None:
    name = f"{table.domain}.{table.name}"
    kinds = inputs.moved.get(name, frozenset())
    if not kinds or kinds == EVERYTHING:
        up_to = inputs.moved_to if kinds else inputs.up_to
        warehouse.expose_table(connection, home, table, files(home, table, inputs.domains, up_to))
        return
    for prefix, up_to in (("closed", inputs.up_to), ("later", inputs.moved_to)):
        connection.execute(f"create schema if not exists {prefix}_{table.domain}")
        landed = files(home, table, inputs.domains, up_to)
        warehouse.expose_table(connection, home, table, landed, prefix)
    deleted = "coalesce(later.is_deleted, false)" if "is_deleted" in table.columns else "false"
    same_key = " and ".join(f'closed."{column}" = later."{column}"' for column in table.key)
    known = f"exists (select 1 from closed_{name} as closed where {same_key})"
    kind = f"case when {deleted} then 'deleted' when {known} then 'corrected' else 'late' end"
    told = ", ".join(f"'{one}'" for one in sorted(kinds))
    connection.execute(
        f"create view raw_{name} as select * from closed_{name} union all "
        f"select * from later_{name} as later "
        f"where _landed_run_date > date '{inputs.up_to}' and {kind} in ({told})"
    )


def files(home: Path, table: RawTable, domains: list[str], up_to: date) -> list[dict[str, Any]]:
    """The landed files of a table, verified; none where its domain is absent."""
    if table.domain not in domains:
        return []
    found = landing.files_of(home, table.domain, table, up_to)
    landing.verify(found)
    return found


def run(connection: duckdb.DuckDBPyConnection, models: list[dict[str, Any]]) -> None:
    """Build models in the order given, typed as their contracts say."""
    for model in models:
        connection.execute(f"create schema if not exists {model['name'].split('.')[0]}")
        kind = "view" if model["is_view"] else "table"
        fields = ", ".join(f"cast({n} as {t}) as {n}" for n, t in model["columns"].items()) or "*"
        connection.execute(
            f"create {kind} {model['name']} as select {fields} from ({model['sql']}\n) as model"
        )


def replay(home: Path, period_key: str) -> tuple[journal.Record, str, int]:
    """Rebuild the lines of a closed period: its record, the hash of the lines, and their number."""
    record = journal.close_of(journal.read(home), period_key)
    inputs = of_close(home, record)
    with workplace(home) as folder, rebuilt(home, folder, inputs, LINES) as connection:
        # in memory beside it, as the close took them
        connection.execute("attach ':memory:' as memory")
        select = ledger_entries.lines_select("", record["run_date"], record["end_date"])
        found, rows = ledger_entries.take_lines(connection, select)
    return record, found, rows
