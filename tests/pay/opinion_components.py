"""What each type of component entitles to, in the second opinion.

A type is one function here: it gets the terms of a component in a period, and everybody's standing
under them, and says who is entitled to what for which source. Registered under its name, it is
asked for; nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.pay.facts import Row
from tests.pay.opinion_goals import payout_rate
from tests.pay.opinion_money import rounded
from tests.pay.opinion_terms import Standing, Terms


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


@offers("kpi_bonus")
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


def is_eligible(asked: Asked, employee: str) -> bool:
    standing = asked.standings.get(employee)
    return standing is not None and standing.ineligible is None
