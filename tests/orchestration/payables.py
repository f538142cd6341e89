"""The disposition of pay in process: the compiled SQL of int_bonus__payables on small tables, and
closes that post what it says. No night, no dbt: a month costs milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import duckdb

from orchestration import contract, ledger_entries

Source = tuple[str, str, str, str]  # payee, component, period, source

_TABLES = """
attach ':memory:' as winshare; use winshare;
create schema raw_night; create schema staging; create schema intermediate;
create table raw_night.run (run_date date);
create table intermediate.int_bonus__earnings (
    payee_employee_key text, plan_component_key text, plan_version bigint, period_key text,
    source_ref text, opening_account text, hold_reason_code text, cause text, currency_code text,
    entitled_minor bigint);
create table intermediate.int_bonus__component_periods (
    plan_component_key text, period_key text, is_ended boolean, is_closed boolean,
    is_finance_gated boolean, minimum_payment_minor bigint);
create table intermediate.int_bonus__eligibility (
    employee_key text, plan_component_key text, period_key text, is_leaver boolean,
    payout_ineligible_reason_code text);
create table intermediate.int_bonus__gate_results (
    plan_component_key text, pay_gate text, period_key text, is_open boolean);
create table intermediate.int_funnel__held_opportunities (opportunity_key text);
create table intermediate.int_identity__employees (employee_key text, employee_number text);
create table staging.stg_policy__disposition_rules (
    plan_component_key text, reason_code text, account text, valid_from_date date,
    valid_to_date date);
"""

_LINES = """
create or replace table memory.main.posted_lines as
select
    md5(concat_ws('|', payee_employee_key, plan_component_key, period_key, source_ref, account,
        entry_type, '{run}')) as payout_line_key,
    payee_employee_key as payee_employee_number, plan_component_key, plan_version, period_key,
    {number} as run_seq, account, entry_type, payable_minor as amount_minor, currency_code,
    source_ref, null as opportunity_key, cause, date '{run}' as posted_run_date
from lines where entry_type not in ('accrual', 'accrual_reversal')
"""


@dataclass
class State:
    """What everybody is entitled to tonight, and what stands against paying it."""

    run_date: date
    entitled: dict[Source, int] = field(default_factory=dict)
    held: dict[Source, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    closed_gates: set[tuple[str, str]] = field(default_factory=set)
    open_books: set[str] = field(default_factory=set)
    leavers: set[str] = field(default_factory=set)
    minimum: int = 1_000


class Books:
    """Entries as closes posted them, and the lines that a night would make on top."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self.db = duckdb.connect()
        self.db.execute(_TABLES)
        entry = contract.domains()["ledger"].tables["entry"].columns.values()
        fields = ", ".join(f"{column.name} {column.data_type}" for column in entry)
        self.db.execute(f"create table staging.stg_ledger__entries ({fields})")
        self.closes = 0

    def lines(self, state: State) -> list[tuple]:
        """(payee, component, period, source, account, entry type, amount) of each line."""
        db = self.db
        keys = sorted({(key[1], key[2]) for key in state.entitled} | self._posted_periods())
        payees = sorted({key[0] for key in state.entitled} | self._posted_payees())
        for table, rows in {
            "raw_night.run": [(state.run_date,)],
            "intermediate.int_bonus__earnings": [
                (payee, component, 1, period, source, None,
                 state.held.get((payee, component, period, source)), "deal_won", "EUR", amount)
                for (payee, component, period, source), amount in state.entitled.items()
            ],
            "intermediate.int_bonus__component_periods": [
                (component, period, period in state.ended, period not in state.open_books,
                 component == "gated", state.minimum)
                for component, period in keys
            ],
            "intermediate.int_bonus__eligibility": [
                (payee, component, period, True, "left_before_payment")
                for payee in sorted(state.leavers) for component, period in keys
            ],
            "intermediate.int_bonus__gate_results": [
                (component, "profit", period, False) for component, period in state.closed_gates
            ],
            "intermediate.int_identity__employees": [(payee, payee) for payee in payees],
        }.items():  # fmt: skip
            db.execute(f"delete from {table}")
            if rows:
                marks = ", ".join("?" for _ in rows[0])
                db.executemany(f"insert into {table} values ({marks})", rows)
        db.execute(f"create or replace temp table lines as {self._sql}")
        return db.execute(
            "select payee_employee_key, plan_component_key, period_key, source_ref, account, "
            "entry_type, payable_minor from lines order by all"
        ).fetchall()

    def close(self, state: State, is_exported: bool = True) -> list[tuple]:
        """Post tonight's lines as a close does, then what was payable as paid; the lines."""
        found = self.lines(state)
        self.closes += 1
        self.db.execute(_LINES.format(run=state.run_date, number=self.closes))
        self.db.execute("use memory.main")
        self._post(ledger_entries.legs_of_lines())
        if is_exported:
            self.db.execute(
                f"create or replace temp table of_close as {ledger_entries.legs_of_lines()}"
            )
            self._post(ledger_entries.payment_legs("of_close", self.closes))
        self.db.execute("use winshare")
        return found

    def _post(self, select: str) -> None:
        self.db.execute(f"insert into winshare.staging.stg_ledger__entries by name {select}")

    def _posted_periods(self) -> set[tuple[str, str]]:
        return set(self.db.execute(
            "select distinct plan_component_key, period_key from staging.stg_ledger__entries"
        ).fetchall())  # fmt: skip

    def _posted_payees(self) -> set[str]:
        posted = self.db.execute(
            "select distinct payee_employee_number from staging.stg_ledger__entries"
        )
        return {payee for (payee,) in posted.fetchall()}

    def balances(self) -> dict[Source, dict[str, int]]:
        """Per source what stands in each account; what was paid has been payable."""
        found: dict[Source, dict[str, int]] = {}
        for *source, account, amount in self.db.execute(
            "select payee_employee_number, plan_component_key, period_key, source_ref, "
            "case when account = 'paid' then 'payable' else account end as account, "
            "cast(sum(amount_minor) as bigint) from staging.stg_ledger__entries group by all"
        ).fetchall():
            found.setdefault(tuple(source), {})[account] = amount  # type: ignore[arg-type]
        return found

    def total(self, account: str) -> int:
        return sum(balance.get(account, 0) for balance in self.balances().values())
