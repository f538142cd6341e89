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
    leaves: list[Row]
    opportunities: list[Row]
    credits: list[Row]
    books: list[Row]
    invoices: list[Row]
    credit_notes: list[Row]
    posted: list[Row]
    held_deals: frozenset[str]
    identities: list[Row]
    records: dict[str, list[Row]]


# what people did, that goals and awards look at
_RECORDS = {
    "intermediate.int_funnel__opportunities":
        "opportunity_key, account_key, created_at, closed_date, won_date, won_at, is_closed, "
        "is_won, is_held",
    "staging.stg_collaboration__recognitions": "*",
    "staging.stg_collaboration__mentoring_sessions": "*",
    "staging.stg_product_usage__features": "feature_id_product_usage, owner_email, shipped_at",
    "staging.stg_product_usage__feature_requests":
        "feature_request_id_product_usage, feature_id_product_usage, created_at",
    "staging.stg_product_usage__feature_adoptions":
        "account_id_crm, feature_id_product_usage, first_event_date",
    "staging.stg_crm__tasks": "task_id_crm, owner_user_id_crm, task_type, created_at, completed_at",
    "intermediate.int_contribution__account_records":
        "source_table, source_value, record_id, system, identity_value, event_at",
    "intermediate.int_contribution__shared_records":
        "source_table, record_id, system, identity_value, counterparty_identity_value, event_at, "
        "fulfilled_at",
    "contribution.fct_contribution_events":
        "opportunity_key, employee_key, contribution_type, is_counted",
    "collaboration.fct_interactions": "giver_employee_key, event_date, is_counted",
    "funnel.fct_funnel_stages": "subject, subject_key, stage, entered_date",
}  # fmt: skip


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
            "employee_key, employee_number, function, job_profile_id, manager_employee_key, "
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
        leaves=rows(
            "intermediate.int_identity__employee_leaves",
            "employee_key, leave_start_date, leave_end_date",
        ),
        opportunities=rows(
            "intermediate.int_funnel__opportunities where is_won and not is_held",
            "opportunity_key, opportunity_id_crm, opportunity_type, lead_source, won_date, "
            "amount_minor, currency_code, plan_amount_minor, plan_currency_code",
        ),
        credits=rows(
            "contribution.fct_contribution_credits",
            "'fct_contribution_credits' as origin, credit_key, opportunity_key, employee_key, "
            "book, credit_share, is_paid_model, incentive_date, "
            "won_at, plan_credited_amount_minor, plan_currency_code",
        )
        + rows(
            "contribution.fct_rollup_credits",
            "'fct_rollup_credits' as origin, rollup_credit_key as credit_key, opportunity_key, "
            "employee_key, book, null as credit_share, true as is_paid_model, incentive_date, "
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
        held_deals=frozenset(
            row["opportunity_key"]
            for row in rows("intermediate.int_funnel__opportunities where is_held")
        ),
        identities=rows("intermediate.int_identity__employee_identities"),
        records={relation: rows(relation, columns) for relation, columns in _RECORDS.items()},
    )
