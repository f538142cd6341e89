"""What nothing may be calculated from closes a gate, which names the rows. Of policy `plan check`
says the same row by row before a night (test_plan_check.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import GATES
from expectations.judge import judge
from tests.pay import plain
from tests.pay.company import Company, Employee, Post, Row, Salary, Spell, tables
from tests.pay.engine import FINDINGS, Engine, select

Policy = dict[str, list[Row]]
HIRED = date(2020, 1, 1)
NEXT_YEAR = {"valid_from_date": date(2026, 1, 1), "valid_to_date": date(9999, 12, 31)}


def policy() -> Policy:
    return plain.merged(
        plain.policy(),
        *(plain.plan(key) for key in ("sold", "shared", "launched")),
        plain.component("sold", "commission"),
        plain.component("shared", "contribution_bonus"),
        plain.component("launched", "growth_project"),
        {
            "rate_tables": plain.tiers("standard", ("0", "0.05"), ("1", "0.1")),
            "payout_curves": [
                {"payout_curve_key": "line", "point": point, "attainment": Decimal(at),
                 "payout_rate": Decimal(at), "interpolation": "linear"}
                for point, at in enumerate(("0.5", "1"), 1)
            ],
            "projects": [
                {"project_key": "launch", "project_name": "Launch",
                 "plan_component_key": "launched", "measure": "bookings",
                 "start_date": date(2025, 10, 1), "end_date": date(2026, 1, 1), "target": 1000,
                 "bonus_amount": 100, "currency_code": "EUR", "payout_curve_key": "line",
                 **plain.APPROVED}
            ],
            "project_members": [
                {"project_key": "launch", "employee_number": name, "share": Decimal("0.5")}
                for name in ("ann", "ben")
            ],
        },
    )  # fmt: skip


def _set(table: str, number: int, **values: Any) -> Callable[[Policy], None]:
    return lambda policy: policy[table][number].update(values)


def _second_version(policy: Policy) -> None:
    policy["plan_versions"].append({**policy["plan_versions"][0], "plan_version": 2, **NEXT_YEAR})
    policy["plan_components"].append({**policy["plan_components"][0], "plan_version": 2})


def _nobody_on_the_plan(policy: Policy) -> None:
    policy["plan_assignments"] = [
        row for row in policy["plan_assignments"] if row["plan_key"] != "shared"
    ]


def _capped_deals(policy: Policy) -> None:
    policy["pools"][0].update(pool_scope="deal", cap_rate=Decimal("0.1"), cap_policy="lapse")


# what is wrong: the change, the rule that says so, and the row it names
WRONG: dict[str, tuple[Callable[[Policy], None], str, str]] = {
    "t01_tiers_with_a_gap": (
        _set("rate_tables", 1, lower_attainment=Decimal("1.000001")), "without gap",
        "rate_tables standard / 2",
    ),
    "t01_tiers_that_overlap": (
        _set("rate_tables", 1, lower_attainment=Decimal("0.999999")), "without gap",
        "rate_tables standard / 2",
    ),
    "g09_an_unknown_currency": (
        _set("plans", 0, currency_code="EUX"), "in the plan currency", "plan_components sold / 1",
    ),
    "e02_two_versions_in_force": (
        _second_version, "one version of a plan", "plan_versions sold / 1+sold / 2",
    ),
    "g06_a_pool_without_members": (
        _nobody_on_the_plan, "a pool has members", "pools shared_pool / 2000-01-01",
    ),
    "f60_a_plan_without_an_approver": (
        _set("plan_versions", 0, approved_by=" "), "did not prepare it", "plan_versions sold / 1",
    ),
    "f60_a_plan_approved_by_its_maker": (
        _set("plan_versions", 0, approved_by="S.Moreau"), "did not prepare it",
        "plan_versions sold / 1",
    ),
    "a_percentage_above_one": (
        _set("rate_tables", 1, rate=Decimal("1.000001")), "within their bounds",
        "rate: standard / 2",
    ),
    "a_pool_rate_above_one": (
        _set("pools", 0, funding_rate=Decimal("2")), "within their bounds",
        "funding_rate: shared_pool",
    ),
    "shares_of_a_project_that_do_not_sum": (
        _set("project_members", 1, share=Decimal("0.499999")), "shares of a growth project",
        "projects launch",
    ),
    "g05_a_cap_over_many_parts": (
        _capped_deals, "a capped one is shared as one", "pools shared_pool / 2000-01-01",
    ),
    "e01_a_kind_of_period_that_changes_within_one": (
        lambda policy: _second_kind(policy, date(2026, 2, 1)), "changes its kind of period",
        "plan_components sold / 1",
    ),
}  # fmt: skip


def _second_kind(policy: Policy, changes: date) -> None:
    """From a day on, the component of quarters is one of months."""
    first = policy["plan_versions"][0]
    policy["plan_versions"].append({**first, "plan_version": 2, "valid_from_date": changes})
    first["valid_to_date"] = changes
    policy["plan_components"].append(
        {**policy["plan_components"][0], "plan_version": 2, "period_type": "month"}
    )


def named(engine: Engine, folder: Path, changed: Policy) -> list[tuple[str, str]]:
    """(rule, what it names) for every rule of the gate on plans that is broken."""
    company = Company(
        run_date=date(2026, 3, 31),
        policy=changed,
        employees=tuple(
            Employee(name, (Spell(HIRED),), (Post(HIRED, "sales", "seller"),),
                     (Salary(HIRED, 6_000_000, "EUR"),))
            for name in ("ann", "ben")
        ),
    )  # fmt: skip
    with engine.night(tables(company), (FINDINGS,)) as connection:
        findings = select(connection, f"select * from {FINDINGS}")
    path = folder / "night.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            f"create table {FINDINGS} (rule text, table_name text, rows_covered bigint, "
            "rows_failing bigint, failing_rows text)"
        )
        connection.executemany(
            f"insert into {FINDINGS} values (?, ?, ?, ?, ?)",
            [[row[name] for name in ("rule", "table_name", "rows_covered", "rows_failing",
                                     "failing_rows")] for row in findings],
        )  # fmt: skip
    [gate] = [gate for gate in GATES if gate.table == FINDINGS]
    return [
        (verdict.expectation, verdict.reason or "")
        for verdict in judge(path, [gate], set())
        if verdict.status == "broken"
    ]


def test_what_is_in_order_closes_nothing(engine: Engine, tmp_path: Path) -> None:
    assert named(engine, tmp_path, policy()) == []


def test_e01_a_kind_of_period_may_change_between_two(engine: Engine, tmp_path: Path) -> None:
    changed = policy()
    _second_kind(changed, date(2026, 1, 1))
    assert named(engine, tmp_path, changed) == []


@pytest.mark.parametrize("name", sorted(WRONG))
def test_what_cannot_pay_is_named_by_the_gate(name: str, engine: Engine, tmp_path: Path) -> None:
    """Fails if a night could calculate from the row, or if the gate does not say which it is."""
    change, rule, row = WRONG[name]
    changed = policy()
    change(changed)
    broken = named(engine, tmp_path, changed)
    assert any(rule in said and row in why for said, why in broken), broken


def test_a_negative_salary_is_named(tmp_path: Path) -> None:
    """Fails if a salary below zero is paid from, or its employee is not named; zero is no fault."""
    [gate] = [gate for gate in GATES if gate.table == "raw_hr.worker_history"]
    [rule] = [rule for rule in gate.rules() if "total_base_pay between" in rule.sentence]
    path = tmp_path / "night.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw_hr; create schema raw_night")
        connection.execute("create table raw_night.run as select date '2026-01-05' as run_date")
        connection.execute(
            "create table raw_hr.worker_history as select *, date '2020-01-01' as "
            "compensation_effective_date, timestamp '2026-01-01' as _fivetran_start, "
            "false as is_deleted, "
            "date '2026-01-05' as _landed_run_date, 1 as _landing_sequence "
            "from (values ('a', '10001', 0), ('b', '10002', -0.01)) "
            "as workers (id, worker_code, annual_currency_summary_total_base_pay)"
        )
    [found] = judge(path, [replace(gate, rules=lambda: [rule])], set())
    assert (found.status, found.rows_failing, found.reason) == ("broken", 1, "10002")
