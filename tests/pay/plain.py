"""The plainest policy under which anything is paid, and components to put into it.

Whatever a case does not say is as here: euros, calendar months, quarters and years, live since
2025, books in the plan's currency, everybody assigned to every plan, nothing too small to pay.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from tests.pay.company import OPEN_END, Row

BEGINNING = date(2000, 1, 1)
ALWAYS = {"valid_from_date": BEGINNING, "valid_to_date": OPEN_END}
APPROVED = {"approved_by": "m.okafor", "approved_date": date(2024, 12, 9)}
YEARS = range(2024, 2028)

# What a component of each type needs said; a case says what it wants otherwise. A component type
# is easiest to add to the cases by a line here.
COMPONENTS: dict[str, Row] = {
    "commission": {
        "measure": "bookings", "book": "hard", "tier_method": "marginal",
        "rate_table_key": "standard",
    },
    "contribution_bonus": {"measure": "bookings", "book": "contribution", "pool_key": "pool"},
    "success_bonus": {"target_rate": Decimal("0.01")},
    "team_target": {"target_rate": Decimal("0.01")},
    "profit_share": {"measure": "gross_operating_profit", "pool_key": "profit_pool"},
    "kpi_bonus": {"target_rate": Decimal("0.01")},
    "recognition_award": {},
    "growth_project": {},
    "mentor_bonus": {},
    "spif": {},
}  # fmt: skip
POOLS: dict[str, Row] = {
    "contribution_bonus": {
        "funding_type": "rate_of_measure", "measure": "bookings", "funding_rate": Decimal("0.02"),
        "share_rule": "contribution_credit", "unallocated_pool_policy": "lapse",
    },
    "profit_share": {
        "funding_type": "profit_rate_after_bonus", "measure": "gross_operating_profit",
        "funding_rate": Decimal("0.1"), "share_rule": "salary_days",
        "unallocated_pool_policy": "redistribute",
    },
}  # fmt: skip


def policy() -> dict[str, list[Row]]:
    """Rows of raw_policy that belong to no plan."""
    return {
        "company_settings": [
            {
                "company_name": "Case", "time_zone": "Europe/Berlin", "plan_currency_code": "EUR",
                "go_live_date": date(2025, 1, 1), "restatement_horizon_days": 400,
                "min_group_size": 5, "clock_skew_minutes": 5, "broadcast_limit": 25, **ALWAYS,
            }
        ],
        "currencies": [
            {"currency_code": code, "currency_name": code, "minor_digits": digits}
            for code, digits in (("EUR", 2), ("USD", 2), ("GBP", 2), ("JPY", 0), ("KWD", 3))
        ],
        "fiscal_calendar": list(_calendar()),
        "functions": [
            {"function": name, "function_name": name, **ALWAYS}
            for name in ("sales", "marketing", "product", "support", "finance")
        ],
        "attribution_settings": [
            {"book": book, "attribution_model": model, "is_enabled": True, "is_paid": True,
             **ALWAYS}
            for book, model in (("hard", "split"), ("overlay", "split"), ("contribution", "linear"))
        ],
        "ledger_measures": [
            {"measure": measure, "account_type": account_type, "sign": -1}
            for measure, account_types in (
                ("revenue", ("SALES", "REVENUE")),
                ("gross_operating_profit", ("SALES", "REVENUE", "DIRECTCOSTS", "OVERHEADS")),
            )
            for account_type in account_types
        ],
    }  # fmt: skip


def plan(key: str, valid_from: date = BEGINNING) -> dict[str, list[Row]]:
    """A plan with one version, for everybody."""
    version = {"plan_key": key, "plan_version": 1, "valid_from_date": valid_from}
    return {
        "plans": [{"plan_key": key, "plan_name": key, "currency_code": "EUR"}],
        "plan_versions": [
            {**version, "valid_to_date": OPEN_END, "prepared_by": "s.moreau", **APPROVED}
        ],
        "plan_assignments": [
            {"plan_key": key, "assignee_type": "everyone", "assignee_code": "*", **ALWAYS}
        ],
    }


def component(key: str, component_type: str, **said: Any) -> dict[str, list[Row]]:
    """A component of version 1 of the plan of the same name, with its pool if it has one."""
    needs = dict(COMPONENTS.get(component_type, {}))
    if "pool_key" in needs:
        needs["pool_key"] = f"{key}_pool"
    row = {
        "plan_component_key": key, "plan_key": key, "plan_version": 1,
        "component_type": component_type, "component_name": key, "period_type": "quarter",
        "credit_date_rule": "won_date", "proration_basis": "calendar_days",
        "leaver_rule": "review", "payroll_code": component_type, **needs, **said,
    }  # fmt: skip
    rows: dict[str, list[Row]] = {"plan_components": [row]}
    if component_type in POOLS:
        pool = {"pool_key": row["pool_key"], "currency_code": "EUR", **POOLS[component_type]}
        rows["pools"] = [{**pool, **ALWAYS}]
    rows["payroll_codes"] = [
        {
            "payroll_code": component_type,
            "payroll_name": component_type,
            "component_type": component_type,
        }
    ]
    return rows


def tiers(key: str, *edges: tuple[Any, Any]) -> list[Row]:
    """A rate table from (lower edge of attainment, rate); each tier ends where the next begins."""
    lowers = [Decimal(str(lower)) for lower, _ in edges]
    return [
        {
            "rate_table_key": key, "tier": number, "lower_attainment": lower,
            "upper_attainment": upper, "rate": Decimal(str(rate)),
        }
        for number, (lower, upper, (_, rate)) in enumerate(
            zip(lowers, [*lowers[1:], None], edges, strict=True), 1
        )
    ]  # fmt: skip


def merged(*parts: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """All rows of all parts, a row that two parts say once."""
    whole: dict[str, list[Row]] = {}
    for part in parts:
        for table, rows in part.items():
            held = whole.setdefault(table, [])
            held += [row for row in rows if row not in held]
    return whole


def _calendar() -> Iterator[Row]:
    for year in YEARS:
        yield _period(f"FY{year}", "year", date(year, 1, 1), date(year + 1, 1, 1), None)
        for quarter in range(1, 5):
            first = date(year, 3 * quarter - 2, 1)
            key = f"{year}-Q{quarter}"
            yield _period(key, "quarter", first, _months_on(first, 3), f"FY{year}")
            for month in range(3):
                start = _months_on(first, month)
                yield _period(f"{start:%Y-%m}", "month", start, _months_on(start, 1), key)


def _period(key: str, period_type: str, start: date, end: date, parent: str | None) -> Row:
    return {
        "period_key": key, "period_type": period_type, "start_date": start, "end_date": end,
        "fiscal_year": start.year, "parent_period_key": parent,
    }  # fmt: skip


def _months_on(day: date, months: int) -> date:
    months += day.month - 1
    return date(day.year + months // 12, months % 12 + 1, 1)
