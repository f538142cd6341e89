"""What a close posts of a night, for the nights that come after it."""

from __future__ import annotations

from datetime import date

import duckdb

from tests.pay.company import Row
from tests.pay.engine import select

_LINES = """
select
    payout_line_key as entry_id,
    payee_employee_number,
    plan_component_key,
    plan_version,
    period_key,
    run_seq,
    account,
    entry_type,
    payout_amount_minor as amount_minor,
    currency_code,
    source_ref,
    opportunity_key,
    cause
from bonus.fct_payout_lines
where entry_type not in ('accrual', 'accrual_reversal')
"""


def posted(connection: duckdb.DuckDBPyConnection, night: date) -> tuple[Row, ...]:
    """The two legs of every line of a period that has ended (M07)."""
    legs = []
    for line in select(connection, _LINES):
        line["posted_run_date"] = night
        contra = {"account": "entitlement", "amount_minor": -line["amount_minor"]}
        legs += [line, {**line, **contra, "entry_id": f"{line['entry_id']}:entitlement"}]
    return tuple(legs)
