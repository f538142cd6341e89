"""The bonus segment at several sizes, beside a plain GROUP BY over the same credits.

What runs is the compiled SQL of the models, in this process, on made inputs (pay_tables.py): ten
components over 36 months. A second pass has all but the open month posted, as every night after a
close has. The cost of a size is CPU seconds; what a line costs must not grow with their number.
"""

from __future__ import annotations

import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bench import pay_tables
from orchestration import contract, dbt, parquet, warehouse

MEMORY_LIMIT = "6GB"
SEGMENT = "/bonus/"
GROUP_BY = """
select count(*), sum(credited_minor) from (
    select
        employee_key,
        book,
        date_trunc('month', incentive_date) as month,
        cast(sum(plan_credited_amount_minor) as bigint) as credited_minor
    from contribution.fct_contribution_credits
    group by all
)
"""
# what a close posts of ended periods, in two legs (M07)
POSTED = """
insert into staging.stg_ledger__entries by name
select
    payout_line_key || ':' || leg as entry_id,
    payee_employee_number, plan_component_key, plan_version, period_key, run_seq,
    case leg when 'entitlement' then leg else account end as account, entry_type,
    case leg when 'entitlement' then -payout_amount_minor else payout_amount_minor end
        as amount_minor,
    currency_code, source_ref, opportunity_key, cause, date '2025-12-30' as posted_run_date
from bonus.fct_payout_lines cross join (values ('line'), ('entitlement')) as legs (leg)
where entry_type not in ('accrual', 'accrual_reversal')
"""


@dataclass(frozen=True)
class Cost:
    cpu_seconds: float
    rows: int


def report(sizes: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory(prefix="winshare-bench-") as folder:
        home = Path(folder)
        database = warehouse.begin(home)
        warehouse.expose_landing(home, pay_tables.RUN_DATE, absent=set(contract.domains()))
        nodes = dbt.compiled(home)
        print(
            f"\nthe bonus segment, 10 components x {pay_tables.MONTHS} months, "
            f"{pay_tables.WON_DEALS_EACH} deals won an employee"
        )
        print(
            f"  {'employees':>9}{'credits':>11}{'lines':>11}{'CPU s':>8}{'us a line':>11}"
            f"{'x GROUP BY':>12}{'posted, CPU s':>15}{'lines':>9}"
        )
        with warehouse.connect(database) as connection:
            connection.execute(f"set temp_directory = {parquet.literal(home / 'spill')}")
            connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
            _build_empty(connection, nodes)
            found = [_one(connection, nodes, employees) for employees in sizes]
        _slopes(sizes, found)


def _build_empty(connection: duckdb.DuckDBPyConnection, nodes: list) -> None:
    """Every table with its types, and the policy that all sizes share."""
    for schema in sorted({node.schema for node in nodes}):
        connection.execute(f"create schema if not exists {schema}")
    pay_tables.shipped_policy(connection)
    for node in nodes:
        _run(connection, node)


def _one(connection: duckdb.DuckDBPyConnection, nodes: list, employees: int) -> dict[str, Cost]:
    pay_tables.fill(connection, employees)
    connection.execute("delete from staging.stg_ledger__entries")
    plain = min(_cpu_of(connection, GROUP_BY) for _ in range(5))
    segment = [node for node in nodes if SEGMENT in node.original_file_path]
    costs = {node.name: _run(connection, node) for node in segment}
    credits = _count(connection, "contribution.fct_contribution_credits")
    lines = costs["fct_payout_lines"].rows
    spent = sum(cost.cpu_seconds for cost in costs.values())
    _sound(connection)
    connection.execute(POSTED)
    again = {node.name: _run(connection, node) for node in segment}
    _sound(connection)
    spent_again = sum(cost.cpu_seconds for cost in again.values())
    print(
        f"  {employees:>9,}{credits:>11,}{lines:>11,}{spent:>8.1f}{1e6 * spent / lines:>11.1f}"
        f"{spent / plain:>12.0f}{spent_again:>15.1f}{again['fct_payout_lines'].rows:>9,}"
    )
    return costs


def _run(connection: duckdb.DuckDBPyConnection, node: Any) -> Cost:
    relation = f"{node.schema}.{node.name}"
    statement = f"create or replace table {relation} as\n{node.compiled_code}"
    return Cost(_cpu_of(connection, statement), _count(connection, relation))


def _cpu_of(connection: duckdb.DuckDBPyConnection, statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    connection.execute(statement).fetchall()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None, "a count has a row"
    return row[0]


def _sound(connection: duckdb.DuckDBPyConnection) -> None:
    """Fast and wrong is no figure: every rule of money holds on what was timed."""
    failing = connection.execute(
        "select rule from intermediate.int_bonus__rule_results where rows_failing > 0"
    ).fetchall()
    if failing:
        raise RuntimeError(f"what was timed breaks rules of money: {failing}")


def _slopes(sizes: tuple[int, ...], found: list[dict[str, Cost]]) -> None:
    """The dearest models at the largest size, and how each grew beside its size."""
    largest = found[-1]
    total = sum(cost.cpu_seconds for cost in largest.values())
    print(f"  dearest models at {sizes[-1]:,} employees, and their cost beside the size before:")
    dearest = sorted(largest, key=lambda name: -largest[name].cpu_seconds)[:12]
    for name in dearest:
        cost, before = largest[name], found[-2][name] if len(found) > 1 else None
        grew = f"{cost.cpu_seconds / max(before.cpu_seconds, 1e-9):.1f} x" if before else ""
        print(
            f"    {name:<34}{cost.cpu_seconds:>7.1f} s{100 * cost.cpu_seconds / total:>6.0f} %"
            f"{cost.rows:>12,} rows  {grew}"
        )
