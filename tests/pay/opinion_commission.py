"""Commission in the second opinion: tiers, fixed amounts and caps per order, caps per period, what
customers got back, and when what is earned may be paid."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.pay.facts import Row
from tests.pay.opinion_components import Asked, Offer, is_eligible, offers
from tests.pay.opinion_customers import invoiced_parts
from tests.pay.opinion_money import rounded, shared
from tests.pay.opinion_people import on
from tests.pay.opinion_terms import Company, Terms


def earned(tiers: list[Row], quota: int, cumulative: int, whole: int, version: Row) -> int:
    """What a cumulative amount earns, rounded once; `whole` is the amount of the whole period.

    marginal: each tier's rate on what lies within it. retroactive: the rate of the tier that the
    period reaches, on everything (T02). Below zero nothing, or by policy the first rate (T05).
    """
    if cumulative < 0:
        is_carried = version["negative_attainment_rule"] == "carry"
        return rounded(cumulative * Fraction(tiers[0]["rate"])) if is_carried else 0
    edges = [Fraction(tier["lower_attainment"]) * quota for tier in tiers]
    tops = [
        None if tier["upper_attainment"] is None else Fraction(tier["upper_attainment"]) * quota
        for tier in tiers
    ]
    total = Fraction(0)
    for tier, lower, upper in zip(tiers, edges, tops, strict=True):
        if version["tier_method"] == "retroactive":
            is_first = tier is tiers[0]
            if is_first if whole < 0 else lower <= whole and (upper is None or whole < upper):
                total += cumulative * Fraction(tier["rate"])
        else:
            reached = cumulative if upper is None else min(cumulative, upper)
            total += max(reached - lower, 0) * Fraction(tier["rate"])
    return rounded(total)


@offers("commission")
def commission(asked: Asked) -> Offer:
    terms = asked.terms
    # the order in which deals climb the tiers (T06)
    climbing = sorted(
        asked.credits,
        key=lambda row: (
            row["incentive_date"],
            row["won_at"],
            row["opportunity_key"],
            row["credit_key"],
        ),
    )
    by_tier, holds = _by_tier(terms, climbing)
    paid = _capped_by_period(asked, climbing, _by_order(terms.company, climbing, by_tier))
    found, cost = [], 0
    for credit in climbing:
        employee, key = credit["employee_key"], credit["credit_key"]
        if not is_eligible(asked, employee):
            continue

        source = f"contribution.{credit['origin']}:{key}"
        amount = paid[key] or 0
        cost += amount
        parts = _parts(terms.company, credit) if amount > 0 else []
        for part, lower, upper, whole, reason in parts or [("", 0, 1, 1, None)]:
            # up to one edge less up to the edge before (T08)
            released = rounded(Fraction(amount * upper, whole))
            released -= rounded(Fraction(amount * lower, whole))
            found.append(
                asked.earns(
                    employee, f"{source}:{part}" if part else source, "deal_won", released,
                    version=credit["version"]["plan_version"], hold=holds[key] or reason,
                )
            )  # fmt: skip
    return cost, found


def _by_tier(
    terms: Terms, climbing: list[Row]
) -> tuple[dict[str, int | None], dict[str, str | None]]:
    """What each credit earns in the tiers, None where that is not known, and why it is held."""
    tables = defaultdict(list)
    for tier in sorted(terms.company.facts.policy["rate_tables"], key=lambda row: row["tier"]):
        tables[tier["rate_table_key"]].append(tier)
    wholes: dict[str, int] = defaultdict(int)
    for credit in climbing:
        wholes[credit["employee_key"]] += credit["net_minor"]
    climbed: dict[str, int] = defaultdict(int)
    amounts: dict[str, int | None] = {}
    holds: dict[str, str | None] = {}
    for credit in climbing:
        employee, version, key = credit["employee_key"], credit["version"], credit["credit_key"]
        start = climbed[employee]
        climbed[employee] += credit["net_minor"]
        tiers = tables[credit["rate_table_key"]]
        quota = terms.company.people.quota(employee, version["measure"], terms.period)
        hold = "quota_missing" if quota is None else "quota_zero" if quota <= 0 else None
        hold = hold or (None if tiers else "rate_table_missing")
        # a fixed amount needs neither quota nor tiers
        holds[key] = None if version["order_fixed_amount"] is not None else hold
        amounts[key] = None
        # tiers are shares of a quota; one flat rate needs none
        if tiers and ((quota or 0) > 0 or len(tiers) == 1):
            sides = (climbed[employee], start)
            after, before = (
                earned(tiers, quota or 0, side, wholes[employee], version) for side in sides
            )
            amounts[key] = after - before
    return amounts, holds


def _by_order(
    company: Company, climbing: list[Row], by_tier: dict[str, int | None]
) -> dict[str, int | None]:
    """Fixed amounts instead of tiers, and the cap that all payees of an order share (T08)."""
    amounts = dict(by_tier)
    orders = defaultdict(list)
    for credit in climbing:
        version, key = credit["version"], credit["credit_key"]
        fixed = company.minor(version["order_fixed_amount"], version["currency_code"])
        if fixed is not None:
            # all who are credited share it, whomever the plan pays
            weights = {
                row["credit_key"]: max(row["net_minor"], 0)
                for row in company.transactions
                if (row["opportunity_key"], row["book"])
                == (credit["opportunity_key"], credit["book"])
            }
            amounts[key] = shared(fixed, weights)[key]
        cap = company.minor(version["order_cap_amount"], version["currency_code"])
        if cap is not None and amounts[key]:
            orders[credit["opportunity_key"]].append((key, cap))
    for capped in orders.values():
        weights = {key: abs(amounts[key] or 0) for key, _ in capped}
        total, cap = sum(amounts[key] or 0 for key, _ in capped), capped[0][1]
        if abs(total) > cap:
            amounts |= shared(cap if total > 0 else -cap, weights)
    return amounts


def _capped_by_period(
    asked: Asked, climbing: list[Row], amounts: dict[str, int | None]
) -> dict[str, int | None]:
    """Beyond a payee's cap nothing more is earned: a fixed one, or a part of their salary."""
    terms = asked.terms
    row = terms.row
    capped = dict(amounts)
    sums: dict[str, int] = defaultdict(int)
    for credit in climbing:
        employee, key = credit["employee_key"], credit["credit_key"]
        if amounts[key] is None:
            continue
        before, after = sums[employee], sums[employee] + (amounts[key] or 0)
        sums[employee] = after
        caps = [terms.company.minor(row["period_cap_amount"], row["currency_code"])]
        standing = asked.standings.get(employee)
        if row["period_cap_rate"] is not None and standing:
            base = standing.salary_days_minor
            if base is not None:
                caps.append(rounded(base * Fraction(row["period_cap_rate"]) / terms.period_days))
        known = [cap for cap in caps if cap is not None]
        if known:
            capped[key] = min(after, *known) - min(before, *known)
    return capped


def _parts(company: Company, credit: Row) -> list[tuple[str, int, int, int, str | None]]:
    """Parts of what a credit earns: name, from and to of a whole, and what it still waits for."""
    version = credit["version"]
    rule = version["release_rule"]
    if rule in ("invoice", "payment"):
        return invoiced_parts(company, credit["opportunity_key"], is_paid_asked=rule == "payment")
    if rule != "dated_shares":
        return []
    found, lower = [], Fraction(0)
    for share in sorted(
        company.facts.policy["release_shares"], key=lambda share: share["share_number"]
    ):
        if share["release_schedule_key"] != version["release_schedule_key"]:
            continue
        upper = lower + Fraction(share["release_share"])
        due = credit["incentive_date"] + timedelta(days=share["days_after_win"])
        reason = "release_date_ahead" if due > company.facts.run_date else None
        name = f"share {share['share_number']}"
        found.append((name, int(lower * 10**6), int(upper * 10**6), 10**6, reason))
        lower = upper
    return found


def by_transaction(company: Company, terms: Terms) -> list[Row]:
    """Credits that a component pays one by one, each under the version in force on its date."""
    found = []
    for credit in company.transactions:
        employee, day = credit["employee_key"], credit["incentive_date"]
        if employee is None or not terms.start <= day < terms.end:
            continue
        versions = [
            row
            for row in on(day, company.components)
            if row["plan_component_key"] == terms.key[0]
            and row["component_type"] == "commission"
            and row["book"] == credit["book"] != "contribution"
        ]
        if not versions:
            continue
        version: dict[str, Any] = max(
            versions, key=lambda row: (row["valid_from_date"], row["plan_version"])
        )
        assignment = company.people.assignment_at_win(employee, version["plan_key"], day)
        if assignment is not None:
            table = assignment["rate_table_key"] or version["rate_table_key"]
            found.append({**credit, "version": version, "rate_table_key": table})
    return found
