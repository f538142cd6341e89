"""Explain a payee's lines from a release's finance file: inputs, formula, credits, touches, SQL.

The SQL of a formula stands in dbt_project/explanations/: it computes what each line's source is
entitled to from published tables alone, not from the models that made the line. Values are pay:
they are read with the user's own rights and go nowhere but to the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contract, landing, parquet, release
from orchestration.errors import NightError
from orchestration.formulas import FORMULAS, FORMULAS_BY_SOURCE
from orchestration.release_reader import Row, employee, first, period, reading, select

# pay gates, eligibility and pool of a payee in a component and period
Standing = tuple[list[Row], Row | None, Row | None]


@dataclass
class Line:
    """One payout line: its row, the deals credited behind it with their touches, its pay gates."""

    row: Row
    formula: str
    commission: Row | None = None
    eligibility: Row | None = None
    pool: Row | None = None
    gates: list[Row] = field(default_factory=list)
    credits: list[Row] = field(default_factory=list)
    touches: dict[str, list[Row]] = field(default_factory=dict)


@dataclass
class Explained:
    """What `winshare explain` shows. `digits` are the minor digits by currency."""

    release_id: str
    employee: Row
    payouts: list[Row]
    lines: list[Line]
    digits: dict[str, int]


def formula_of(row: Row) -> str:
    """The name of the SQL that computes a line. Raises NightError where nobody wrote it."""
    by_person = FORMULAS_BY_SOURCE.get(row["source_ref"].partition(":")[0])
    formula = by_person or FORMULAS.get(row["component_type"])
    if formula is None:
        raise NightError(f"lines of {row['component_type']} have no formula that explains them")
    return formula


@contextmanager
def finance(home: Path, release_id: str | None) -> Iterator[tuple[Row, duckdb.DuckDBPyConnection]]:
    """The manifest of a release and its finance file, read only. Raises NightError without one."""
    manifest = release.required(home, release_id)
    with reading(home, manifest, "finance") as connection:
        connection.execute("set enable_external_access = false")
        yield manifest, connection


def explain(
    home: Path, employee_number: str, period: str, line: str | None, release_id: str | None
) -> Explained:
    """The lines that a payee earned in `period`, or that are paid in it. Raises NightError."""
    with finance(home, release_id) as (manifest, connection):
        person = employee(connection, employee_number)
        rows = select(
            connection,
            "select * from bonus.fct_payout_lines where payee_employee_key = ? "
            "and ? in (period_key, payment_period_key) "
            "order by period_key, plan_component_key, source_ref, account, payout_line_key",
            person["employee_key"], period,
        )  # fmt: skip
        if not rows:
            raise NightError(_why_none(connection, person, period))
        if line is not None:
            rows = [row for row in rows if row["payout_line_key"] == line]
        if not rows:
            raise NightError(f"{employee_number} has no line {line} in {period}")
        runs = sorted({row["payment_run"] for row in rows})
        payouts = select(
            connection,
            "select * from bonus.fct_payouts where payee_employee_key = ? "
            "and payment_run in (select unnest(?)) order by payment_run, currency_code",
            person["employee_key"], runs,
        )  # fmt: skip
        standings: dict[tuple[str, str], Standing] = {}
        lines = sorted((_line(connection, row, standings) for row in rows), key=_in_order)
        digits = minor_digits(home, date.fromisoformat(manifest["run_date"]))
        return Explained(manifest["release_id"], person, payouts, lines, digits)


def _in_order(line: Line) -> tuple:
    """Component by component, deals as they were won."""
    row, won = line.row, line.commission and line.commission["won_at"]
    of_component = (row["period_key"], row["plan_component_key"])
    return (*of_component, won is not None, won or row["source_ref"], row["source_ref"])


def _why_none(connection: duckdb.DuckDBPyConnection, person: Row, key: str) -> str:
    period(connection, key)
    others = select(
        connection,
        "select distinct period_key from bonus.fct_payout_lines where payee_employee_key = ? "
        "order by period_key",
        person["employee_key"],
    )
    listed = ", ".join(row["period_key"] for row in others) or "none"
    return (
        f"{person['employee_number']} has no line in {key}; periods with lines: {listed}. "
        f"`winshare why-not {person['employee_number']} COMPONENT {key}` says why"
    )


def _line(
    connection: duckdb.DuckDBPyConnection, row: Row, standings: dict[tuple[str, str], Standing]
) -> Line:
    formula = formula_of(row)
    line = Line(row, formula)
    if formula in FORMULAS_BY_SOURCE.values():
        return line
    of_component = (row["plan_component_key"], row["period_key"])
    if of_component not in standings:
        standings[of_component] = _standing(connection, *of_component, row["payee_employee_key"])
    line.gates, line.eligibility, line.pool = standings[of_component]
    if formula == "commission":
        credit_key = row["source_ref"].split(":")[1]
        line.commission = first(
            select(
                connection,
                "select commissions.*, attainment.quota_minor, attainment.attainment "
                "from bonus.fct_commissions as commissions "
                "inner join people.dim_plan_components as components "
                "using (plan_component_key, plan_version) "
                "left join bonus.fct_attainment as attainment "
                "on attainment.payee_employee_key = commissions.payee_employee_key "
                "and attainment.period_key = commissions.period_key "
                "and attainment.measure = components.measure "
                "where credit_key = ? and plan_component_key = ?",
                credit_key, row["plan_component_key"],
            )
        )  # fmt: skip
        line.credits = _credits(connection, "credits.credit_key = ?", credit_key) or _rollup(
            connection, credit_key
        )
    elif line.pool is not None and line.pool["share_rule"] == "contribution_credit":
        line.credits = _credits(
            connection,
            "credits.book = 'contribution' and credits.is_paid_model and credits.employee_key = ? "
            "and credits.incentive_date >= periods.start_date "
            "and credits.incentive_date < periods.end_date and periods.period_key = ?",
            row["payee_employee_key"], row["period_key"],
        )  # fmt: skip
    for credit in line.credits:
        line.touches[credit["credit_key"]] = select(
            connection,
            "select * from contribution.fct_contribution_events "
            "where opportunity_key = ? and employee_key = ? order by event_at, evidence_ref",
            credit["opportunity_key"], credit["employee_key"],
        )  # fmt: skip
    return line


def _standing(
    connection: duckdb.DuckDBPyConnection, component: str, key: str, payee: str
) -> Standing:
    gates = select(
        connection,
        "select * from bonus.fct_gate_results where plan_component_key = ? and period_key = ? "
        "order by pay_gate",
        component, key,
    )  # fmt: skip
    eligibility = select(
        connection,
        "select * from bonus.fct_bonus_eligibility where plan_component_key = ? "
        "and period_key = ? and employee_key = ?",
        component, key, payee,
    )  # fmt: skip
    pool = select(
        connection,
        "select * from bonus.fct_pools where plan_component_key = ? and period_key = ?",
        component, key,
    )  # fmt: skip
    return gates, first(eligibility), first(pool)


def _credits(connection: duckdb.DuckDBPyConnection, where: str, *values: Any) -> list[Row]:
    return select(
        connection,
        "select distinct credits.*, deals.opportunity_id_crm, deals.amount_minor, "
        "deals.fx_rate, deals.known_at from contribution.fct_contribution_credits as credits "
        "inner join funnel.fct_opportunities as deals using (opportunity_key) "
        f"cross join people.dim_periods as periods where {where} "
        "order by credits.plan_credited_amount_minor desc, credits.credit_key",
        *values,
    )


def _rollup(connection: duckdb.DuckDBPyConnection, key: str) -> list[Row]:
    """What rolled up to a manager, in the shape of a credit."""
    return select(
        connection,
        "select rollups.*, rollup_credit_key as credit_key, 'rollup' as attribution_model, "
        "deals.opportunity_id_crm, deals.amount_minor, deals.fx_rate, deals.known_at "
        "from contribution.fct_rollup_credits as rollups "
        "inner join funnel.fct_opportunities as deals using (opportunity_key) "
        "where rollup_credit_key = ?",
        key,
    )


def minor_digits(home: Path, run_date: date) -> dict[str, int]:
    """Minor digits by currency, from the currencies that the release's policy landed."""
    table = contract.domains()["policy"].tables["currencies"]
    files = [file["location"] for file in landing.files_of(home, "policy", table, run_date)]
    if not files:
        return {}
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select currency_code, minor_digits from {parquet.scan(files)}"
        ).fetchall()
    return {code: int(digits) for code, digits in found}
