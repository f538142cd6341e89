"""`winshare plan check`: what is wrong with a policy folder, row by row, without a night.

The same three judges as at night: the raw contract's types, the rules of the landing gate, and the
models that find fault with policy (compiled by dbt, run in memory). Here each names rows, by the
line they begin at; a value is never quoted. Nothing is written.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import jinja2

from expectations import gates_for
from expectations.gate import Gate, Rule
from orchestration import contract, dbt, release
from orchestration.contract import RawTable
from orchestration.errors import NightError
from orchestration.extract.declared_types import cannot_be_read, quoted, read_as
from orchestration.release_reader import reading

FINDINGS = "intermediate.int_bonus__policy_findings"
# the models that judge policy, and nothing that reads a record
SELECTION = (
    "path:models/staging/policy",
    "int_bonus__component_checks",
    "int_bonus__manual_policy_checks",
    "int_bonus__plan_checks",
    "int_bonus__policy_findings",
)
_MACRO = contract.DBT_PROJECT / "macros" / "policy_contract.sql"
RELATION = re.compile(r'"\w+"\."(\w+)"\."(\w+)"')


@dataclass(frozen=True, order=True)
class Fault:
    """`row` is the line of the file, its header being line 1; 0 for a file as a whole."""

    file: str
    row: int
    what: str


def known(home: Path) -> tuple[date, set[str] | None]:
    """The date of the current release and the employees it knows; today and None without one, or
    where its file of people may not be read."""
    manifest = release.current(home)
    if manifest is None:
        return date.today(), None
    on = date.fromisoformat(manifest["run_date"])
    try:
        with reading(home, manifest, "people") as people:
            rows = people.execute("select employee_number from people.dim_employees").fetchall()
    except NightError:
        return on, None
    return on, {number for (number,) in rows}


def models(home: Path) -> dict[str, str]:
    """The SQL of the models that judge policy, by schema.table, each after what it reads."""
    found = {}
    for node in dbt.compiled(home, *SELECTION):
        found[f"{node.schema}.{node.name}"] = RELATION.sub(r"\1.\2", node.compiled_code)
    return found


def check(
    folder: Path, sql: Mapping[str, str], on: date, employees: set[str] | None
) -> list[Fault]:
    """Every fault, sorted, as a night of the date `on` would see it.

    `employees` are the numbers that policy may name; None: not known here, so that nobody is
    missed. Raises NightError where there is no such folder.
    """
    if not folder.is_dir():
        raise NightError(f"there is no policy folder {folder}")
    tables = contract.domains()["policy"].tables
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; create schema raw_policy; create schema staging")
        connection.execute("create schema intermediate; create schema raw_night")
        connection.execute("create table raw_night.run as select cast(? as date) as run_date", [on])
        faults = list(_read(connection, folder, tables))
        for gate in gates_for("landing.policy"):
            faults += _asked(connection, gate)
        faults += _currencies(connection, tables)
        faults += _found(connection, sql, employees)
    return sorted(set(faults))


def _read(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Mapping[str, RawTable]
) -> Iterator[Fault]:
    """Load every table as far as it can be read; what cannot is null and a fault."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith(".") and path.stem not in tables:
            near = difflib.get_close_matches(path.stem, tables, n=1)
            hint = f"; did you mean {near[0]}.csv" if near else ""
            yield Fault(path.name, 0, f"is no table of policy{hint}")
    for table in tables.values():
        path = folder / f"{table.name}.csv"
        header, rows = [], []
        if path.is_file():
            try:
                header, rows = _lines(path)
            except (UnicodeDecodeError, csv.Error) as error:
                yield Fault(path.name, 0, f"cannot be read as CSV in UTF-8 ({error})")
            yield from _header_faults(path.name, table, header)
        elif table.required:
            yield Fault(path.name, 0, "is required and not there")
        for number, row in rows:
            if len(row) != len(header):
                yield Fault(
                    path.name, number, f"has {len(row)} fields where the header has {len(header)}"
                )
        yield from _load(connection, table, header, rows)


def _lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each row with the line it begins at."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        header = [name.strip().lower() for name in next(reader, [])]
        rows, begins = [], reader.line_num + 1
        for row in reader:
            if row:
                rows.append((begins, row))
            begins = reader.line_num + 1
    return header, rows


def _header_faults(file: str, table: RawTable, header: list[str]) -> Iterator[Fault]:
    for name, column in table.columns.items():
        if column.required and name not in header:
            yield Fault(file, 1, f"required column {name} is missing")
    for name in header:
        if name not in table.columns:
            near = difflib.get_close_matches(name, table.columns, n=1)
            hint = f"; did you mean {near[0]}" if near else ""
            yield Fault(file, 1, f"column {name or '(no name)'} is read by nobody{hint}")
        elif header.count(name) > 1:
            yield Fault(file, 1, f"column {name} stands there more than once")


def _load(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    header: list[str],
    rows: list[tuple[int, list[str]]],
) -> list[Fault]:
    given = [name for name in table.columns if name in header]
    texts = ", ".join(f"{quoted(name)} varchar" for name in given)
    connection.execute(f"create temp table given (_line bigint{', ' if given else ''}{texts})")
    marks = ", ".join("?" for _ in range(len(given) + 1))
    at = [header.index(name) for name in given]
    values = [
        [number, *((row[i].strip() or None) if i < len(row) else None for i in at)]
        for number, row in rows
    ]
    if values:
        connection.executemany(f"insert into given values ({marks})", values)
    faults, fields = [], []
    for name, column in table.columns.items():
        typed = f"cast(null as {column.data_type})"
        if name in given:
            typed = read_as(column, quoted(name), "VARCHAR")
            unreadable = cannot_be_read(column, quoted(name), "VARCHAR")
            if unreadable:
                typed = f"case when not {unreadable} then {typed} end"
                found = connection.execute(f"select _line from given where {unreadable}").fetchall()
                what = f"{name} cannot be read exactly as {column.data_type}"
                faults += [Fault(f"{table.name}.csv", number, what) for (number,) in found]
        fields.append(f"{typed} as {quoted(name)}")
    landed = ", ".join(f"cast(null as {t}) as {n}" for n, t in contract.LANDED_COLUMNS.items())
    connection.execute(
        f"create table raw_policy.{quoted(table.name)} as "
        f"select {', '.join(fields)}, {landed}, _line from given"
    )
    connection.execute("drop table given")
    return faults


def _asked(connection: duckdb.DuckDBPyConnection, gate: Gate) -> Iterator[Fault]:
    """What the landing gate would stop for, by row where a rule speaks of rows."""
    file = f"{gate.table.partition('.')[2]}.csv"
    reading = gate.reading(gate.table)
    count = connection.execute(f"select count(*) from {gate.table}").fetchone()
    if count is not None and count[0] < gate.at_least_rows:
        yield Fault(file, 0, f"has {count[0]} rows and opens {gate.opens}: at least "
                    f"{gate.at_least_rows} must be there")  # fmt: skip
    for rule in gate.rules():
        if rule.may_be_reviewed:
            # holds policy against what a night before knew of it, which a folder cannot tell
            continue
        for what, select in _selects(rule):
            for row in connection.execute(f"{reading} {select}").fetchall():
                yield Fault(file, row[0] or 0, what)


def _selects(rule: Rule) -> list[tuple[str, str]]:
    """What is wrong, and the SELECT of the lines that are."""
    if rule.parts:
        return [(what, f"select _line from judged where {broken}") for what, broken in rule.parts]
    if rule.breaks:
        return [(rule.sentence, f"select _line from judged where {rule.breaks}")]
    if rule.kind == "have_one_row_per":
        key = ", ".join(quoted(name) for name in rule.columns)
        counted = f"select _line, count(*) over (partition by {key}) as n from judged"
        return [(rule.sentence, f"select _line from ({counted}) as counted where n > 1")]
    return [(rule.sentence, f"select distinct 0 from ({rule.failing}) as failing")]


def _currencies(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, RawTable]
) -> Iterator[Fault]:
    """A currency that policy does not list, on the row that names it."""
    for table in tables.values():
        for column in table.columns:
            if column.endswith("currency_code") and table.name != "currencies":
                found = connection.execute(
                    f"select _line from raw_policy.{table.name} where {column} is not null "
                    f"and {column} not in (select currency_code from raw_policy.currencies)"
                ).fetchall()
                for (number,) in found:
                    yield Fault(f"{table.name}.csv", number, f"{column}: no such currency")


def _found(
    connection: duckdb.DuckDBPyConnection, sql: Mapping[str, str], employees: set[str] | None
) -> Iterator[Fault]:
    """What the models of policy find, with the lines of the rows they name."""
    tables = contract.domains()["policy"].tables.values()
    named = " union ".join(
        f"select {column} from raw_policy.{table.name}"
        for table in tables
        for column in ("assignee_code", "employee_number")
        if column in table.columns
    )
    known = named if employees is None else "select unnest(cast(? as varchar[]))"
    connection.execute(
        "create table intermediate.int_identity__employees as select employee_number as "
        f"employee_key, employee_number from ({known}) as numbers(employee_number)",
        [] if employees is None else [sorted(employees)],
    )
    for relation, select in sql.items():
        if relation != FINDINGS:
            connection.execute(f"create table {relation} as {select}")
    checks, _, counted = sql[FINDINGS].rpartition("\nselect\n")
    if "from checks" not in counted:
        raise NightError(f"{FINDINGS} no longer ends by counting its checks")
    found = connection.execute(
        f"{checks}\nselect distinct rule, table_name, row_key from checks where is_failing"
    ).fetchall()
    lines = {table: _by_key(connection, table, key) for table, key in row_keys().items()}
    versions = _versions(connection)
    for rule, table, row_key in found:
        column, _, key = row_key.rpartition(": ")
        # a version is named by the component it makes unclear
        numbers = versions.get(key) if table == "plan_versions" else lines[table].get(key)
        what = f"{column}: {rule}" if column else rule
        if not numbers:
            yield Fault(f"{table}.csv", 0, f"{what} ({row_key})")
        for number in numbers or []:
            yield Fault(f"{table}.csv", number, what)


def row_keys() -> dict[str, list[str]]:
    """The columns that name a row of each policy table in a finding, as the models have them."""
    told: dict[str, dict[str, list[str]]] = {}
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals["return"] = lambda value: told.update(value) or ""
    text = _MACRO.read_text(encoding="utf-8")
    environment.from_string(text).module.policy_contract()  # type: ignore[attr-defined]
    return told["row_keys"]


def _by_key(
    connection: duckdb.DuckDBPyConnection, table: str, key: list[str]
) -> dict[str, list[int]]:
    text = " || ' / ' || ".join(f"coalesce(cast({name} as varchar), '')" for name in key)
    found: dict[str, list[int]] = {}
    for name, number in connection.execute(
        f"select {text or repr('')}, _line from raw_policy.{table} order by _line"
    ).fetchall():
        found.setdefault(name, []).append(number)
    return found


def _versions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name, number in connection.execute(
        "select components.plan_component_key || ' / ' || components.plan_version, versions._line "
        "from raw_policy.plan_components as components "
        "inner join raw_policy.plan_versions as versions using (plan_key, plan_version) order by 2"
    ).fetchall():
        found.setdefault(name, []).append(number)
    return found
