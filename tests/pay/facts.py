"""What pay is computed from, read off a night's tables: policy, credits, people and the books.

The models of pay start from the same tables; nothing that they make is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from tests.pay.engine import select

Row = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """Rows by table, under the names that the warehouse gives their columns."""

    run_date: date
    policy: dict[str, list[Row]]
    periods: list[Row]
    employees: list[Row]
    history: list[Row]
    spells: list[Row]
    compensation: list[Row]
    opportunities: list[Row]
    credits: list[Row]
    books: list[Row]
    invoices: list[Row]
    credit_notes: list[Row]
    posted: list[Row]


def read(connection: duckdb.DuckDBPyConnection, source: str = "") -> Facts:
    """The facts in a night's tables under `source` (a catalogue and a dot, or nothing)."""

    def rows(relation: str, columns: str = "*") -> list[Row]:
        return select(connection, f"select {columns} from {source}{relation}")

    tables = connection.execute(
        "select distinct table_name from information_schema.tables "
        "where table_schema = 'raw_policy' order by all"
    ).fetchall()
    (run,) = rows("raw_night.run", "run_date")
    return Facts(
        run_date=run["run_date"],
        policy={name: rows(f"raw_policy.{name}") for (name,) in tables},
        periods=rows(
            "people.dim_periods", "period_key, period_type, start_date, end_date, is_closed"
        ),
        employees=rows("intermediate.int_identity__employees", "employee_key, employee_number"),
        history=rows(
            "intermediate.int_identity__employee_history",
            "employee_key, employee_number, function, job_profile_id, "
            "valid_from_date, valid_to_date",
        ),
        spells=rows(
            "intermediate.int_identity__employee_spells",
            "employee_key, valid_from_date, valid_to_date",
        ),
        compensation=rows(
            "intermediate.int_identity__employee_compensation",
            "employee_key, annual_base_pay_minor, currency_code, valid_from_date, valid_to_date",
        ),
        opportunities=rows(
            "intermediate.int_funnel__opportunities where is_won and not is_held",
            "opportunity_key, opportunity_id_crm, won_date, amount_minor, currency_code, "
            "plan_amount_minor, plan_currency_code",
        ),
        credits=rows(
            "contribution.fct_contribution_credits",
            "'fct_contribution_credits' as origin, credit_key, opportunity_key, employee_key, "
            "book, is_paid_model, incentive_date, "
            "won_at, plan_credited_amount_minor, plan_currency_code",
        )
        + rows(
            "contribution.fct_rollup_credits",
            "'fct_rollup_credits' as origin, rollup_credit_key as credit_key, opportunity_key, "
            "employee_key, book, true as is_paid_model, incentive_date, "
            "won_at, plan_credited_amount_minor, plan_currency_code",
        ),
        books=select(
            connection,
            "select accounts.account_type, journals.journal_date, lines.net_amount "
            f"from {source}staging.stg_finance__journal_lines as lines "
            f"inner join {source}staging.stg_finance__journals as journals "
            "using (journal_id_finance) "
            f"inner join {source}staging.stg_finance__accounts as accounts "
            "using (account_id_finance)",
        ),
        invoices=rows("staging.stg_finance__invoices"),
        credit_notes=rows("staging.stg_finance__credit_notes"),
        posted=rows("staging.stg_ledger__entries"),
    )
