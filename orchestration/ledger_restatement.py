"""Restatement: what a closed period would be today, and which change made which part of it.

One input after the other is moved from its state at close to now, in the order of CAUSES; what a
step changes is that cause's part. So the parts add up to the whole difference exactly. Another
order would split it otherwise where two changes touch one amount: the order is fixed for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from orchestration import durable, journal, ledger_archive, ledger_replay, release
from orchestration.contract import RawTable
from orchestration.errors import NightError
from orchestration.ledger_replay import EVERYTHING, Inputs

# The order in which inputs are moved: records first, people, money of customers, books, policy
# from the narrowest table to the widest, fitted values, code, and last the date itself.
CAUSES = (
    "late_record",
    "corrected_record",
    "deleted_record",
    "hr_change",
    "refund",
    "books_change",
    "fx_change",
    "manual",
    "policy_change",
    "value_change",
    "code_change",
    "later_date",
)
_REFUNDS = {"invoice", "credit_note", "payment"}
_MANUAL = {"opening_balances", "identity_aliases", "excluded_identities", "overrides"}
_MANUAL |= {"adjustments", "draws", "gate_reviews"}
# what policy knows about people changes as people do
_OF_PEOPLE = {"employee_ratings", "plan_signatures"}
_RECORDS = {"late_record": "late", "corrected_record": "corrected", "deleted_record": "deleted"}

# domains whose tables move under a cause of their own; all others hold records of work
_OF_THEIR_OWN = ("hr", "finance", "policy", "fitted", "ledger")

EARNINGS = "intermediate.int_bonus__earnings"
_ENTITLED = """
select
    employees.employee_number,
    earnings.period_key,
    earnings.currency_code,
    cast(sum(earnings.entitled_minor) as bigint) as entitled_minor
from intermediate.int_bonus__earnings as earnings
inner join intermediate.int_identity__employees as employees
    on earnings.payee_employee_key = employees.employee_key
group by all
"""

Entitled = dict[tuple[str, str, str], int]


@dataclass
class Row:
    """One payee, period and currency whose entitlement is not what was closed, in minor units."""

    payee_employee_number: str
    period_key: str
    currency_code: str
    closed_minor: int
    now_minor: int
    by_cause: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Restatement:
    period_key: str
    causes: tuple[str, ...]
    rows: list[Row]


def restatement(home: Path, period_key: str) -> Restatement:
    """Compare a closed period with the current release. Raises NightError when it cannot be."""
    record = journal.close_of(journal.read(home), period_key)
    at_close, now = ledger_replay.of_close(home, record), _of_release(home, record)
    periods = set(record["covered_periods"])
    with ledger_replay.workplace(home) as folder:

        def entitled(inputs: Inputs) -> Entitled:
            with ledger_replay.rebuilt(home, folder, inputs, EARNINGS) as connection:
                found = connection.execute(_ENTITLED).fetchall()
            return {(payee, period, unit): sum_ for payee, period, unit, sum_ in found
                    if period in periods}  # fmt: skip

        before, after = entitled(at_close), entitled(now)
        rows = [
            Row(*key, before.get(key, 0), after.get(key, 0))
            for key in sorted({*before, *after})
            if before.get(key, 0) != after.get(key, 0)
        ]
        if rows:
            _split(rows, before, after, entitled, _steps(home, at_close, now))
    return Restatement(record["period_key"], CAUSES, rows)


def _split(rows: list[Row], before: Entitled, after: Entitled, entitled: Any, steps: Any) -> None:
    state = before
    for cause, inputs in steps:
        moved = entitled(inputs) if inputs is not None else after
        for row in rows:
            key = (row.payee_employee_number, row.period_key, row.currency_code)
            part = moved.get(key, 0) - state.get(key, 0)
            if part:
                row.by_cause[cause] = part
        state = moved
    for row in rows:
        if sum(row.by_cause.values()) != row.now_minor - row.closed_minor:
            raise NightError("the causes do not add up to the difference; nothing is shown")


def _of_release(home: Path, record: journal.Record) -> Inputs:
    manifest = release.current(home)
    assert manifest is not None, "what is closed was released"
    models = durable.read_json(
        release.folder(home) / manifest["release_id"] / ledger_archive.MODELS
    )
    run_date = date.fromisoformat(manifest["run_date"])
    return Inputs(models, run_date, run_date, record["domains"])


def _steps(home: Path, at_close: Inputs, now: Inputs) -> Iterator[tuple[str, Inputs | None]]:
    """Each cause whose input differs, with the inputs once it has moved; None stands for now."""
    changed = {
        f"{table.domain}.{table.name}": table
        for domain in ledger_archive.contract_of(at_close.models).values()
        for table in domain.tables.values()
        if domain.name != "ledger" and _differs(home, table, at_close, now)
    }
    state = replace(at_close, moved_to=now.up_to)
    for cause in CAUSES[:-2]:
        moved = {
            name: kinds
            for name, table in changed.items()
            if (kinds := _kinds(table, cause, state.moved.get(name, frozenset())))
        }
        if moved:
            state = replace(state, moved={**state.moved, **moved})
            yield cause, state
    if at_close.models != now.models:
        state = replace(state, models=now.models)
        yield "code_change", state
    yield "later_date", None


def _differs(home: Path, table: RawTable, at_close: Inputs, now: Inputs) -> bool:
    files = [
        [file["sha256"] for file in ledger_replay.files(home, table, one.domains, one.up_to)]
        for one in (at_close, now)
    ]
    return files[0] != files[1]


def _kinds(table: RawTable, cause: str, before: frozenset[str]) -> frozenset[str]:
    """Which kinds of new rows of a table stand after a step; empty where it does not move it."""
    if cause in _RECORDS and table.domain not in _OF_THEIR_OWN:
        if table.rollup:
            # sums of days: what is new comes late, nothing of them is corrected
            return EVERYTHING if cause == "late_record" else frozenset()
        if table.load == "snapshot":
            return EVERYTHING if cause == "corrected_record" else frozenset()
        return before | {_RECORDS[cause]}
    if table.domain == "hr":
        moves = cause == "hr_change"
    elif table.domain == "finance":
        moves = cause == ("refund" if table.name in _REFUNDS else "books_change")
    elif table.domain == "policy":
        moves = cause == _cause_of_policy(table.name)
    else:
        moves = table.domain == "fitted" and cause == "value_change"
    return EVERYTHING if moves else frozenset()


def _cause_of_policy(table: str) -> str:
    if table in _OF_PEOPLE:
        return "hr_change"
    if table in _MANUAL:
        return "manual"
    return "fx_change" if table == "fx_rates" else "policy_change"
