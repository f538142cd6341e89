"""What a golden case's nights give, and where it is not what the case expects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb

from tests.pay import company, facts, opinion
from tests.pay.company import Row
from tests.pay.engine import FINDINGS, WANTED, Engine, select
from tests.pay.explained import differing
from tests.pay.golden import Case
from tests.pay.posting import posted

_LINES = """
select
    lines.payee_employee_number as who,
    lines.plan_component_key as component,
    lines.period_key as period,
    coalesce(opportunities.opportunity_id_crm, '') as deal,
    lines.account,
    coalesce(lines.disposition_reason_code, '') as reason,
    lines.entry_type,
    lines.payout_amount_minor as amount_minor
from bonus.fct_payout_lines as lines
left join intermediate.int_funnel__opportunities as opportunities
    on lines.opportunity_key = opportunities.opportunity_key
order by all
"""
# What a row of expected.csv may ask for beside `pays`, as rows of the same columns.
_ASKED = {
    "margin": """
        select pay_gate as who, plan_component_key as component, period_key as period,
            margin_minor as amount_minor, case when is_open then 'open' else 'closed' end as reason
        from bonus.fct_gate_results""",
    "pool": """
        select side as who, plan_component_key as component, period_key as period,
            case side when 'funded' then funded_minor when 'paid' then paid_minor
            else unallocated_minor end as amount_minor,
            coalesce(unallocated_reason_code, '') as reason
        from bonus.fct_pools
        cross join (select unnest(['funded', 'paid', 'unallocated']) as side)""",
    "eligibility": """
        select employee_key as who, plan_component_key as component, period_key as period,
            coalesce(payout_ineligible_reason_code, 'eligible') as reason,
            100 * assigned_days as amount_minor
        from bonus.fct_bonus_eligibility""",
    "attainment": """
        select payee_employee_key as who, period_key as period, 100 * attainment as amount_minor,
            coalesce(null_reason_code, '') as reason
        from bonus.fct_attainment""",
    "quota": """
        select payee_employee_key as who, period_key as period, quota_minor as amount_minor
        from bonus.fct_attainment""",
    "credit": """
        select coalesce(credits.employee_key, 'nobody') as who, credits.book as component,
            opportunities.opportunity_id_crm as deal,
            credits.plan_credited_amount_minor as amount_minor
        from contribution.fct_contribution_credits as credits
        inner join intermediate.int_funnel__opportunities as opportunities
            on credits.opportunity_key = opportunities.opportunity_key""",
    "held deal": """
        select opportunity_id_crm as deal, held_reason_code as reason, amount_minor
        from intermediate.int_funnel__opportunities where is_held""",
    "recognition": """
        select giver_employee_key as who, plan_component_key as component, period_key as period,
            recognition_id_collaboration as deal, award_minor as amount_minor,
            coalesce(exclusion_reason_code, hold_reason_code, 'counted') as reason
        from intermediate.int_bonus__recognitions""",
    "mentee": """
        select mentor_employee_key as who, plan_component_key as component, period_key as period,
            mentee_employee_key as deal, share_minor as amount_minor,
            coalesce(exclusion_reason_code, hold_reason_code, 'counted') as reason
        from intermediate.int_bonus__mentor_awards""",
    "owed": """
        select payee_employee_key as who, plan_component_key as component, period_key as period,
            balance_minor as amount_minor
        from intermediate.int_bonus__draws""",
    "payment": """
        select payee_employee_number as who, payout_amount_minor as amount_minor
        from bonus.fct_payouts""",
}


def complaints(case: Case, engine: Engine) -> Iterator[str]:
    """Everything in which the models or the second opinion differ from the case."""
    ledger: list[Row] = []
    for night, is_closed in case.nights:
        expected = [
            row for row in case.expected
            if date.fromisoformat(row["night"] or case.nights[-1][0].isoformat()) == night
        ]  # fmt: skip
        given = company.tables(case.company(night, tuple(ledger)))
        with engine.night(given, (*WANTED, FINDINGS)) as connection:
            for complaint in _complaints(case, expected, connection):
                yield f"{night}: {complaint}"
            if is_closed:
                ledger += posted(connection, night)
    nights = {night.isoformat() for night, _ in case.nights}
    strangers = {row["night"] for row in case.expected} - nights - {""}
    if strangers:
        yield f"there is no night of {sorted(strangers)}"


def _complaints(
    case: Case, expected: list[Row], connection: duckdb.DuckDBPyConnection
) -> Iterator[str]:
    refused = [row["reason"] for row in expected if row["what"] == "refused"]
    found = [
        rule
        for (rule,) in connection.execute(
            f"select distinct rule from {FINDINGS} where rows_failing > 0"
        ).fetchall()
    ]
    yield from (f"policy is not refused: {r}" for r in refused if not any(r in f for f in found))
    yield from (f"policy is refused: {f}" for f in found if not any(r in f for r in refused))
    if refused:
        return
    yield from _lines(expected, connection)
    for row in expected:
        if row["what"] not in ("", "pays"):
            yield from _asked(row, connection)
    yield from (
        f"rule broken: {rule}"
        for (rule,) in connection.execute(
            "select rule from intermediate.int_bonus__rule_results where rows_failing > 0"
        ).fetchall()
    )
    told = opinion.differences(
        opinion.from_models(connection), opinion.lines(facts.read(connection))
    )
    if told:
        yield f"the second opinion differs\n{told}"
    yield from (f"the SQL that explains a line differs: {line}" for line in differing(connection))


def _lines(expected: list[Row], connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Each row of `pays` is the sum of the lines that agree with all it says; no line is left."""
    lines = select(connection, _LINES)
    for row in expected:
        if row["what"] not in ("", "pays"):
            continue
        told = {column: row[column] for column in lines[0] if row.get(column)} if lines else row
        own = [line for line in lines if all(line[c] == value for c, value in told.items())]
        lines = [line for line in lines if line not in own]
        amount = sum(line["amount_minor"] for line in own)
        if not own:
            yield f"no line is {_told(row)}"
        elif amount != _cents(row["amount"]):
            yield f"{_told(row)}, but it is {Decimal(amount) / 100}"
    yield from (f"nobody expects {line}" for line in lines)


def _asked(row: Row, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = select(connection, f"select * from ({_ASKED[row['what']]}) order by all")
    keys = [column for column in ("who", "component", "period", "deal") if row[column]]
    own = [one for one in found if all(one[key] == row[key] for key in keys)]
    if not own and row["amount"] != "none":
        yield f"there is no {_told(row)}"
    for one in own:
        if row["amount"] == "none":
            yield f"there is a {one} where none is expected"
        elif row["amount"] and one["amount_minor"] != _cents(row["amount"]):
            yield f"{_told(row)}, but it is {Decimal(one['amount_minor'] or 0) / 100}"
        if row["reason"] and one["reason"] != row["reason"]:
            yield f"{_told(row)}, but the reason is {one['reason']}"


def _told(row: Row) -> str:
    return " ".join(f"{name}={value}" for name, value in row.items() if value)


def _cents(amount: str) -> Decimal:
    return Decimal(amount or "0") * 100
