"""What each type of component entitles to, in the second opinion.

A type is one function here: it gets the terms of a component in a period, and everybody's standing
under them, and says who is entitled to what for which source. Registered under its name, it is
asked for; nothing else has to know of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.pay.facts import Row
from tests.pay.opinion_goals import payout_rate
from tests.pay.opinion_money import rounded, shared
from tests.pay.opinion_terms import Company, Standing, Terms

# what stands for nobody in a pool, behind every key
NOBODY = "~unassigned~"


@dataclass(frozen=True)
class Entitlement:
    """One line of a statement before any account: what is earned to date for one source."""

    employee: str
    component: str
    version: int
    period: str
    source_ref: str
    cause: str
    currency: str
    amount_minor: int
    hold: str | None = None
    opening_account: str | None = None


@dataclass(frozen=True)
class Asked:
    """A component in a period, everybody's standing, and the credits it pays one by one."""

    terms: Terms
    standings: dict[str, Standing]
    credits: list[Row]

    def earns(
        self, employee: str, source: str, cause: str, amount: int, **more: Any
    ) -> Entitlement:
        component, period = self.terms.key
        said = {"version": self.terms.row["plan_version"], **more}
        return Entitlement(
            employee=employee, component=component, period=period, source_ref=source, cause=cause,
            currency=self.terms.row["currency_code"], amount_minor=amount, **said,
        )  # fmt: skip


Offer = tuple[int, list[Entitlement]]  # what the component costs, and whom it entitles
COMPONENTS: dict[str, Callable[[Asked], Offer]] = {}


def offers(component_type: str) -> Callable[[Callable[[Asked], Offer]], Callable[[Asked], Offer]]:
    def register(function: Callable[[Asked], Offer]) -> Callable[[Asked], Offer]:
        COMPONENTS[component_type] = function
        return function

    return register


def by_share(company: Company, start: date, end: date) -> list[Row]:
    """Credits of the contribution book that pools are shared by."""
    return [
        row
        for row in company.facts.credits
        if row["book"] == "contribution"
        and row["is_paid_model"]
        and start <= row["incentive_date"] < end
    ]


@offers("success_bonus")
@offers("team_target")
def bonus_at_target(asked: Asked) -> Offer:
    terms = asked.terms
    component, period = terms.key
    found, cost = [], 0
    for employee, standing in asked.standings.items():
        if standing.ineligible is None:
            base = standing.salary_days_minor
            rate = Fraction(terms.row["target_rate"])
            reached = payout_rate(terms, employee)
            # without goals it is paid in full or, behind its gates, not at all
            rate *= 1 if reached is None else reached
            amount = rounded((base or 0) * rate / terms.period_days)
            cost += amount
            if amount or base is None:
                source = f"bonus.fct_bonus_eligibility:{component}:{period}"
                hold = "salary_missing" if base is None else None
                found.append(asked.earns(employee, source, "gates_open", amount, hold=hold))
    return cost, found


@offers("contribution_bonus")
@offers("profit_share")
def pool(asked: Asked) -> Offer:
    terms = asked.terms
    if terms.pool is None:
        return 0, []
    funded = _funded(terms, terms.pool)
    parts = shared(funded, _weights(asked, terms.pool))
    source = f"bonus.fct_pools:{terms.row['pool_key']}:{terms.key[1]}"
    return funded, [
        asked.earns(employee, source, "pool_shared", part)
        for employee, part in parts.items()
        if part and is_eligible(asked, employee)
    ]


def _funded(terms: Terms, pool: Row) -> int:
    if pool["funding_type"] == "fixed_amount":
        return terms.company.minor(pool["fixed_amount"], pool["currency_code"]) or 0
    actual = terms.actual(pool["measure"])
    rate = Fraction(pool["funding_rate"])
    if pool["funding_type"] == "rate_of_measure":
        return rounded(max(actual, 0) * rate)
    target = terms.target(pool["measure"])
    # the pool is a cost of the profit it comes from: P = r (G - P - T), floored (G02)
    return 0 if target is None else int(rate * max(actual - target, 0) / (1 + rate))


def _weights(asked: Asked, pool: Row) -> dict[str, int]:
    weights: dict[str, int] = defaultdict(int)
    if pool["share_rule"] == "salary_days":
        for employee, standing in asked.standings.items():
            weights[employee] = standing.salary_days_minor or 0
    else:
        for credit in by_share(asked.terms.company, asked.terms.start, asked.terms.end):
            weights[credit["employee_key"] or NOBODY] += credit["plan_credited_amount_minor"]
    if pool["unallocated_pool_policy"] == "redistribute":
        weights = {key: weights[key] for key in weights if is_eligible(asked, key)}
    return {key: max(weight, 0) for key, weight in weights.items()}


def is_eligible(asked: Asked, employee: str) -> bool:
    standing = asked.standings.get(employee)
    return standing is not None and standing.ineligible is None
