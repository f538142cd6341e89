"""The formula of a line, step by step, with its values: what the SQL computes, for reading.

Nothing here computes pay: every value comes from a published column.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orchestration.explain import Line, Row
from orchestration.formulas import STATED

Money = Callable[[Any, str], str]


def money(digits: dict[str, int]) -> Money:
    """Minor units as text in major ones: 123456, 'EUR' -> '1,234.56 EUR'."""

    def text(minor: Any, currency: str) -> str:
        if minor is None:
            return "unknown"
        if currency not in digits:
            return f"{minor:,} minor units of {currency}"
        places = digits[currency]
        return f"{Decimal(minor).scaleb(-places):,.{places}f} {currency}"

    return text


def percent(rate: Any) -> str:
    return f"{(Decimal(rate) * 100).normalize():f} %" if rate is not None else "no rate"


def steps(line: Line, money: Money) -> list[str]:
    """The formula with its values, a step a string; the last one is the line's amount."""
    row = line.row
    told = [] if row["rule_key"] is None and line.formula != STATED else _STEPS[line.formula](
        line, money
    )  # fmt: skip
    return [*told, *_closed_gates(line), _movement(row, money)]


def _movement(row: Row, money: Money) -> str:
    unit = row["currency_code"]
    amount, entitled = money(row["payout_amount_minor"], unit), money(row["entitled_minor"], unit)
    if not (row["posted_minor"] or row["posted_payable_minor"]):
        return f"entitled {entitled}, nothing posted yet: {amount}"
    posted, paid = money(row["posted_minor"], unit), money(row["posted_payable_minor"], unit)
    if row["account"] == "payable":
        return f"entitled {entitled} less posted {posted} = {amount}"
    if row["disposition_reason_code"] == "disposition_changed":
        return f"stands in another account now: less posted {posted} = {amount}"
    return f"entitled {entitled} less payable before {paid} less posted here {posted} = {amount}"


def _closed_gates(line: Line) -> list[str]:
    closed = [gate["pay_gate"] for gate in line.gates if not gate["is_open"]]
    return [f"nothing while {', '.join(closed)} is closed"] if closed else []


def _stated(line: Line, money: Money) -> list[str]:
    return [f"stated in {line.row['source_ref']}: {line.row['rule_key']}"]


def _salary(line: Line, money: Money) -> list[str]:
    row = line.row
    goals = f" x {percent(row['payout_rate'])} by goals" if row["payout_rate"] is not None else ""
    return [
        f"annual base pay x days = {money(row['base_minor'], row['currency_code'])} x days, over "
        f"{row['assigned_days']} of {row['period_days']} days",
        f"x {percent(row['rate'])}{goals} / {row['period_days']} days = "
        f"{money(row['entitled_minor'], row['currency_code'])}",
    ]


def _draw(line: Line, money: Money) -> list[str]:
    row = line.row
    return [f"{row['rule_key']} of {row['period_key']}, {row['cause']}: "
            f"{money(row['entitled_minor'], row['currency_code'])} (bonus.fct_draws)"]  # fmt: skip


def _award(line: Line, money: Money) -> list[str]:
    row = line.row
    unit = row["currency_code"]
    # of a contest ranked by number, base_minor counts what was entered and is no money
    amount = "" if line.row["component_type"] == "spif" else f" of {money(row['base_minor'], unit)}"
    rate = f", payout rate {percent(row['payout_rate'])}" if row["payout_rate"] is not None else ""
    share = f", share {percent(row['pool_share'])}" if row["pool_share"] is not None else ""
    return [f"{row['rule_key']}{amount}{rate}{share}: {money(row['entitled_minor'], unit)}"]


def _pool(line: Line, money: Money) -> list[str]:
    row, pool, unit = line.row, line.pool, line.row["currency_code"]
    if pool is None:
        return ["the pool is gone"]
    by = "credited to the payee" if pool["share_rule"] == "contribution_credit" else (
        "annual base pay x days"
    )  # fmt: skip
    base = f" of {pool['measure']} {money(pool['actual_minor'], unit)}" if pool["measure"] else ""
    above = (
        f" above {money(pool['target_minor'], unit)}"
        if pool["funding_type"] == "profit_rate_after_bonus"
        else ""
    )
    rate = f" at {percent(pool['funding_rate'])}" if pool["funding_rate"] is not None else ""
    return [
        f"pool: {pool['funding_type']}{rate}{base}{above} = {money(pool['funded_minor'], unit)}",
        f"weight: {money(row['base_minor'], unit)} {by}, a share of {percent(row['pool_share'])}",
        f"pool x share, in whole minor units = {money(row['entitled_minor'], unit)}",
    ]


def _commission(line: Line, money: Money) -> list[str]:
    row, deal, unit = line.row, line.commission, line.row["currency_code"]
    if deal is None:
        return ["the credit is gone"]
    override = " replaced by an override, then" if deal["override_id"] is not None else ""
    told = [
        f"credited {money(deal['source_minor'], unit)}{override} less refunds "
        f"{money(deal['refunded_minor'], unit)} = {money(deal['credited_minor'], unit)}"
    ]
    if deal["rate"] is not None:
        attained = percent(deal["attainment"]) if deal["attainment"] is not None else "none"
        told.append(
            f"the period goes from {money(deal['cumulative_before_minor'], unit)} to "
            f"{money(deal['cumulative_after_minor'], unit)} of quota "
            f"{money(deal['quota_minor'], unit)} (attainment of the period {attained}): "
            f"{percent(deal['rate'])} in the tier reached, all tiers give "
            f"{money(deal['tier_commission_minor'], unit)}"
        )
    told.append(f"{deal['rule_key']}: {money(deal['commission_minor'], unit)}")
    if row["part_whole_units"] is not None:
        told.append(
            f"released from {row['part_from_units']:,} to {row['part_until_units']:,} of "
            f"{row['part_whole_units']:,}: {money(row['entitled_minor'], unit)}"
        )
    return told


_STEPS: dict[str, Callable[[Line, Money], list[str]]] = {
    "award": _award,
    "shared_award": _award,
    "contest": _award,
    "commission": _commission,
    "pool": _pool,
    "salary": _salary,
    "draw": _draw,
    STATED: _stated,
}
