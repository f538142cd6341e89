"""`winshare simulate`: past periods under changed policy, beside what they are.

Works on a copy of the last night's file, in the models of the current release: the policy folder is
read as a night reads it, and what depends on a table of policy that differs is built anew. What the
release publishes, the landing and the ledger are not touched. Fitted values stay as they are: a
changed setting of a fit shows only after nights have fitted with it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from orchestration import (
    durable,
    explain,
    landing_select,
    ledger_archive,
    ledger_replay,
    plan_check,
    release,
    tokens,
    vault,
    warehouse,
)
from orchestration.errors import NightError
from orchestration.extract import files
from orchestration.release_reader import Row, select
from orchestration.settings_tables import DomainSource

EARNINGS = "intermediate.int_bonus__earnings"
POOLS = "bonus.fct_pools"
GATES = "bonus.fct_gate_results"
WANTED = (EARNINGS, POOLS, GATES)

_PAYEES = """
select
    employees.employee_number,
    employees.employee_name,
    earnings.period_key,
    earnings.plan_component_key,
    earnings.currency_code,
    cast(sum(case when side = 'before' then entitled_minor else 0 end) as bigint) as before_minor,
    cast(sum(case when side = 'after' then entitled_minor else 0 end) as bigint) as after_minor
from (
    select *, 'before' as side from before.earnings
    union all by name
    select *, 'after' as side from intermediate.int_bonus__earnings
) as earnings
inner join intermediate.int_identity__employees as employees
    on earnings.payee_employee_key = employees.employee_key
where list_contains($periods, earnings.period_key)
group by all
order by abs(after_minor - before_minor) desc, employee_number, period_key, plan_component_key
"""
_POOLS = """
select
    pool_key,
    period_key,
    currency_code,
    coalesce(before.funded_minor, 0) as before_funded_minor,
    coalesce(after.funded_minor, 0) as after_funded_minor,
    coalesce(before.paid_minor, 0) as before_paid_minor,
    coalesce(after.paid_minor, 0) as after_paid_minor
from before.pools as before
full outer join bonus.fct_pools as after using (pool_key, period_key, currency_code)
where list_contains($periods, period_key)
order by pool_key, period_key
"""
_GATES = """
select
    plan_component_key,
    pay_gate,
    period_key,
    before.is_open as before_is_open,
    after.is_open as after_is_open,
    before.margin_minor as before_margin_minor,
    after.margin_minor as after_margin_minor,
    coalesce(after.currency_code, before.currency_code) as currency_code
from before.gates as before
full outer join bonus.fct_gate_results as after using (plan_component_key, pay_gate, period_key)
where list_contains($periods, period_key)
    and before.is_open is distinct from after.is_open
order by plan_component_key, pay_gate, period_key
"""


@dataclass
class Simulation:
    """`payees` has a row for each payee, component and period, also where nothing changes."""

    release_id: str
    policy: str
    periods: list[str]
    changed_tables: list[str]
    payees: list[Row] = field(default_factory=list)
    pools: list[Row] = field(default_factory=list)
    gates: list[Row] = field(default_factory=list)
    digits: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> list[Row]:
        """What differs, the largest difference first."""
        return [row for row in self.payees if row["before_minor"] != row["after_minor"]]


def simulate(home: Path, policy: Path, periods: Sequence[str]) -> Simulation:
    """Raises NightError where policy is not in order, or the last night is not what is released."""
    manifest = release.required(home)
    models = durable.read_json(
        release.folder(home) / manifest["release_id"] / ledger_archive.MODELS
    )
    on = date.fromisoformat(manifest["run_date"])
    _refuse_faulty(policy, models, on, plan_check.known(home)[1])
    # private, whatever the folder for temporary files is: it is the whole of pay
    with tempfile.TemporaryDirectory(prefix="winshare-simulate-") as place:
        path = Path(place) / "night.duckdb"
        shutil.copyfile(_night_of(home, manifest), path)
        path.chmod(0o600)
        with warehouse.connect(path) as connection:
            _keep_before(connection)
            tokens.begin(connection, vault.key(home))
            changed = _put_policy(connection, policy, models, on)
            _rebuild(connection, models, {f"raw_policy.{name}" for name in changed})
            chosen = _periods(connection, periods)
            return Simulation(
                release_id=manifest["release_id"],
                policy=str(policy),
                periods=chosen,
                changed_tables=changed,
                payees=select(connection, _PAYEES, periods=chosen),
                pools=select(connection, _POOLS, periods=chosen),
                gates=select(connection, _GATES, periods=chosen),
                digits=explain.minor_digits(home, on),
            )


def _night_of(home: Path, manifest: Row) -> Path:
    path = warehouse.path_of(home)
    if path.exists():
        with warehouse.connect(path, read_only=True) as night:
            found = night.execute("select release_id from raw_night.run").fetchone()
        if found and found[0] == manifest["release_id"]:
            return path
    raise NightError(
        f"{path} is not of release {manifest['release_id']}, so that there is nothing to compare "
        f"with; run `winshare night --run-date {manifest['run_date']}` again"
    )


def _refuse_faulty(policy: Path, models: Row, on: date, employees: set[str] | None) -> None:
    """Nothing is calculated from a policy that a night would refuse."""
    names = re.compile(r"staging\.stg_policy__|.*int_bonus__\w+_checks$|.*__policy_findings$")
    sql = {
        model["name"]: plan_check.RELATION.sub(r"\1.\2", model["sql"])
        for model in models["models"]
        if names.match(model["name"])
    }
    faults = plan_check.check(policy, sql, on, employees)
    if faults:
        first = faults[0]
        raise NightError(
            f"{policy} is not in order: {first.file}:{first.row} {first.what}, and "
            f"{len(faults) - 1} more; `winshare plan check {policy}` lists them"
        )


def _keep_before(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema before")
    for name, relation in (("earnings", EARNINGS), ("pools", POOLS), ("gates", GATES)):
        connection.execute(f"create table before.{name} as select * from {relation}")


def _put_policy(
    connection: duckdb.DuckDBPyConnection, policy: Path, models: Row, on: date
) -> list[str]:
    """Put the folder's tables in the place of the landed ones; the names of those that differ.

    The raw contract is the release's, as its models are.
    """
    domain = ledger_archive.contract_of(models)["policy"]
    extract = files.read(connection, domain, DomainSource(way="files", path=policy), on, None)
    changed = []
    for table in domain.tables.values():
        name, columns = table.name, ", ".join(f'"{column}"' for column in table.columns)
        select = extract.selects.get(name)
        typed = f"select * from raw_policy.{name} where false"
        if select is not None:
            if table.token_columns:
                select = tokens.tokenised(connection, table, select)
            typed, _, _ = landing_select.landing_select(connection, table, select, on, 1)
        connection.execute(f"create temp table given as {typed}")
        before, after = (f"select {columns} from {one}" for one in (f"raw_policy.{name}", "given"))
        differ = connection.execute(
            f"select count(*) from (({before} except all {after}) union all "
            f"({after} except all {before})) as differing"
        ).fetchone()
        if differ and differ[0]:
            changed.append(name)
            connection.execute(f"drop view raw_policy.{name}")
            connection.execute(f"create table raw_policy.{name} as select * from given")
        connection.execute("drop table given")
    return changed


def _rebuild(connection: duckdb.DuckDBPyConnection, models: Row, sources: set[str]) -> None:
    """Build anew what depends on `sources` and what is wanted needs, in order."""
    stale: set[str] = set()
    for model in models["models"]:
        if sources & set(model["sources"]) or stale & set(model["reads"]):
            stale.add(model["name"])
    needed: set[str] = set(WANTED)
    for model in reversed(models["models"]):
        if model["name"] in needed:
            needed |= set(model["reads"])
    again = [model for model in models["models"] if model["name"] in stale & needed]
    for model in again:
        kind = connection.execute(
            "select case when table_type = 'VIEW' then 'view' else 'table' end "
            "from information_schema.tables where table_schema || '.' || table_name = ? "
            "and table_catalog = 'night'",
            [model["name"]],
        ).fetchone()
        if kind:
            connection.execute(f"drop {kind[0]} {model['name']}")
    ledger_replay.run(connection, again)


def _periods(connection: duckdb.DuckDBPyConnection, asked: Sequence[str]) -> list[str]:
    known = [key for (key,) in connection.execute(
        "select period_key from people.dim_periods order by start_date, period_key").fetchall()
    ]  # fmt: skip
    strangers = [key for key in asked if key not in known]
    if strangers:
        raise NightError(f"{', '.join(strangers)} is no period of the fiscal calendar")
    if asked:
        return [key for key in known if key in asked]
    earned = connection.execute(
        f"select distinct period_key from (select period_key from before.earnings union all "
        f"select period_key from {EARNINGS})"
    ).fetchall()
    return [key for key in known if (key,) in earned]
