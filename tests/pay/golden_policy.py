"""The policy of a golden case: the plainest one, and what setting.csv says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from orchestration import contract
from tests.pay import plain
from tests.pay.company import OPEN_END, Row

PolicyRows = dict[str, list[Row]]
GO_LIVE = date(2026, 1, 1)
_BY_HAND = {"reason": "agreed", "requested_by": "s.moreau"}


def setting_of(settings: list[Row], what: str, default: str) -> str:
    """What the case says of itself."""
    for row in settings:
        if row["about"] == "case" and row["what"] == what:
            return row["value"]
    return default


def policy_of(settings: list[Row], employees: set[str]) -> PolicyRows:
    """Rows of raw_policy. Raises AssertionError for a setting that nothing understands."""
    said = plain.policy()
    said["company_settings"][0]["go_live_date"] = GO_LIVE
    said = plain.merged(said, *_components(settings))
    own_plans = {row["name"] for row in settings if row["about"] == "assign"}
    said["plan_assignments"] = [
        row for row in said.get("plan_assignments", []) if row["plan_key"] not in own_plans
    ]
    for row in settings:
        if row["about"] in _WRITERS:
            _WRITERS[row["about"]](said, row, employees)
    _raw_rows(said, [row for row in settings if row["about"] not in {*_WRITERS, *_ELSEWHERE}])
    _join_tiers(said)
    _end_what_is_followed(said.get("fx_rates", []), ["from_currency_code"])
    return said


def _typed(table: str, column: str, value: str) -> Any:
    """A value as the raw contract types it."""
    columns = contract.domains()["policy"].tables[table].columns
    assert column in columns, f"policy's {table} has no column {column}"
    kind = columns[column].data_type
    if value == "":
        return None
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "bigint":
        return int(value)
    if kind == "boolean":
        return value in ("yes", "true")
    return Decimal(value) if kind.startswith("decimal") else value


def _components(settings: list[Row]) -> list[PolicyRows]:
    """`component` rows: the first of a name says its type; `name@2` is said of version 2 only."""
    written: dict[str, dict[str, str]] = {}
    for row in settings:
        if row["about"] == "component":
            written.setdefault(row["name"], {})[row["what"]] = row["value"]
    parts = []
    for name, words in written.items():
        key, _, version = name.partition("@")
        whole = {**written.get(key, {}), **words}
        component_type = whole.pop("type", key)
        said = {column: _typed("plan_components", column, value)
                for column, value in whole.items()}  # fmt: skip
        if version:
            said["plan_version"] = int(version)
        parts.append(plain.component(key, component_type, **said))
        if said.get("plan_key", key) == key:
            parts.append(plain.plan(key))
    return parts


def _gate(said: PolicyRows, row: Row, _: set[str]) -> None:
    component, _, gate = row["name"].partition("/")
    said.setdefault("pay_gates", []).append(
        {
            "plan_component_key": component, "pay_gate": gate, "measure": row["what"],
            "gate_basis": row["value"] or "before_bonus", **plain.ALWAYS,
        }
    )  # fmt: skip


def _pool(said: PolicyRows, row: Row, _: set[str]) -> None:
    for pool in said["pools"]:
        if pool["pool_key"] == f"{row['name']}_pool":
            pool[row["what"]] = _typed("pools", row["what"], row["value"])


def _tier(said: PolicyRows, row: Row, _: set[str]) -> None:
    said.setdefault("rate_tables", []).append(
        {
            "rate_table_key": row["name"], "lower_attainment": Decimal(row["what"]),
            "rate": Decimal(row["value"]),
        }
    )  # fmt: skip


def _join_tiers(said: PolicyRows) -> None:
    """A tier ends where the next begins, unless the case wrote its own rows of rate_tables."""
    tables: dict[str, list[Row]] = {}
    for row in said.get("rate_tables", []):
        if "tier" not in row:
            tables.setdefault(row["rate_table_key"], []).append(row)
    for rows in tables.values():
        for number, row in enumerate(rows, 1):
            row["tier"] = number
            row["upper_attainment"] = (
                rows[number]["lower_attainment"] if number < len(rows) else None
            )


def _quota(said: PolicyRows, row: Row, employees: set[str]) -> None:
    said.setdefault("quotas", []).append(
        {
            "assignee_type": "employee" if row["name"] in employees else "job_profile",
            "assignee_code": row["name"], "measure": "bookings", "period_key": row["what"],
            "quota_amount": Decimal(row["value"]), "currency_code": "EUR", **plain.APPROVED,
        }
    )  # fmt: skip


def _target(said: PolicyRows, row: Row, _: set[str]) -> None:
    said.setdefault("targets", []).append(
        {
            "measure": row["name"], "period_key": row["what"],
            "target_amount": Decimal(row["value"]), "currency_code": "EUR", **plain.APPROVED,
        }
    )  # fmt: skip


def _rule(said: PolicyRows, row: Row, _: set[str]) -> None:
    threshold = None if row["value"] in ("", "yes") else int(row["value"])
    said.setdefault("eligibility_rules", []).append(
        {
            "plan_component_key": row["name"], "rule_code": row["what"], "threshold": threshold,
            **plain.ALWAYS,
        }
    )  # fmt: skip


def _fx(said: PolicyRows, row: Row, _: set[str]) -> None:
    said.setdefault("fx_rates", []).append(
        {
            "from_currency_code": row["name"], "to_currency_code": "EUR",
            "fx_rate": Decimal(row["value"]), "rate_source": "treasury",
            "valid_from_date": date.fromisoformat(row["what"]), "valid_to_date": OPEN_END,
        }
    )  # fmt: skip


def _version(said: PolicyRows, row: Row, _: set[str]) -> None:
    """Version `what` of a plan, from a day on; the one before ends there."""
    own = [version for version in said["plan_versions"] if version["plan_key"] == row["name"]]
    since = date.fromisoformat(row["value"])
    own[-1]["valid_to_date"] = since
    said["plan_versions"].append(
        {**own[-1], "plan_version": int(row["what"]), "valid_from_date": since,
         "valid_to_date": OPEN_END}
    )  # fmt: skip


def _assign(said: PolicyRows, row: Row, _: set[str]) -> None:
    """`employee ann` or `everyone`; value: from .. to .. at (rate table), all optional."""
    kind, _, code = row["what"].partition(" ")
    words = row["value"].split()
    told = dict(zip(words[::2], words[1::2], strict=True))
    assert {*told} <= {"from", "to", "at"}, f"an assignment says {row['value']}?"
    said["plan_assignments"].append(
        {
            "plan_key": row["name"], "assignee_type": kind, "assignee_code": code or "*",
            "rate_table_key": told.get("at"),
            "valid_from_date": date.fromisoformat(told.get("from", "2000-01-01")),
            "valid_to_date": date.fromisoformat(told.get("to", OPEN_END.isoformat())),
        }
    )  # fmt: skip


def _disposition(said: PolicyRows, row: Row, _: set[str]) -> None:
    said.setdefault("disposition_rules", []).append(
        {
            "plan_component_key": row["name"] or None, "reason_code": row["what"],
            "account": row["value"], **plain.ALWAYS,
        }
    )  # fmt: skip


def _opening(said: PolicyRows, row: Row, _: set[str]) -> None:
    employee, _, component = row["name"].partition("/")
    said.setdefault("opening_balances", []).append(
        {
            "employee_number": employee, "plan_component_key": component, "account": row["what"],
            "balance_amount": Decimal(row["value"]), "currency_code": "EUR",
            "as_of_date": GO_LIVE - timedelta(days=1), "reason": "brought over",
            "approved_by": "m.okafor",
        }
    )  # fmt: skip


def _company(said: PolicyRows, row: Row, _: set[str]) -> None:
    said["company_settings"][0][row["what"]] = _typed("company_settings", row["what"], row["value"])


def _raw_rows(said: PolicyRows, settings: list[Row]) -> None:
    """Any table of policy, column by column: rows of one name are one row; dates default open."""
    written: dict[tuple[str, str], Row] = {}
    for row in settings:
        table = row["about"]
        assert table in contract.domains()["policy"].tables, f"what is {table} in setting.csv?"
        columns = contract.domains()["policy"].tables[table].columns
        default = {**plain.ALWAYS, **plain.APPROVED, "currency_code": "EUR"}
        default |= _BY_HAND if table in ("draws", "overrides", "adjustments") else {}
        own = written.setdefault(
            (table, row["name"]), {name: default[name] for name in default if name in columns}
        )
        own[row["what"]] = _typed(table, row["what"], row["value"])
    for (table, _), own in written.items():
        said.setdefault(table, []).append(own)


def _end_what_is_followed(rows: list[Row], key: list[str]) -> None:
    rows.sort(key=lambda row: ([row[column] for column in key], row["valid_from_date"]))
    for row, following in pairwise(rows):
        if all(row[column] == following[column] for column in key):
            row["valid_to_date"] = following["valid_from_date"]


_ELSEWHERE = ("case", "component", "employee")
_WRITERS: dict[str, Callable[[PolicyRows, Row, set[str]], None]] = {
    "assign": _assign, "company": _company, "disposition": _disposition, "fx": _fx,
    "gate": _gate, "opening": _opening, "pool": _pool, "quota": _quota, "rule": _rule,
    "target": _target, "tier": _tier, "version": _version,
}  # fmt: skip
