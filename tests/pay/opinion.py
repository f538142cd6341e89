"""A second opinion on every payout line: policy and credits in, lines out.

Written from RULES and the meaning of policy's columns, in whole numbers and fractions, and sharing
no code with the models. Where the two disagree, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

import duckdb

# the component types of these modules register themselves
import tests.pay.opinion_contests
import tests.pay.opinion_mentoring
import tests.pay.opinion_recognition  # noqa: F401
from tests.pay.engine import select
from tests.pay.facts import Facts, Row
from tests.pay.opinion_accounts import Books, Line
from tests.pay.opinion_commission import by_transaction
from tests.pay.opinion_components import COMPONENTS, Asked, Entitlement
from tests.pay.opinion_draws import movements
from tests.pay.opinion_pools import by_share
from tests.pay.opinion_terms import Company, Standing, Terms

_LINES = """
select
    payee_employee_key as payee,
    plan_component_key as component,
    plan_version as version,
    period_key as period,
    source_ref,
    account,
    entry_type,
    disposition_reason_code as reason,
    cause,
    currency_code as currency,
    payout_amount_minor as amount_minor
from {source}bonus.fct_payout_lines
"""


def lines(facts: Facts) -> set[Line]:
    """Every line of every statement that these facts give."""
    company = Company(facts)
    terms, standings, closed = {}, {}, set()
    entitlements: list[Entitlement] = []
    for one in company.terms():
        asked = _asked(company, one)
        cost, entitled = COMPONENTS[one.row["component_type"]](asked)
        terms[one.key], standings[one.key] = one, asked.standings
        if all(_is_open(one, gate, cost) for gate in one.gates):
            entitlements += entitled
        else:
            closed.add(one.key)
    entitlements += [*_openings(company), *_adjustments(company, terms)]
    entitlements += movements(company, terms, standings, entitlements)
    return {*Books(company, terms, standings, frozenset(closed)).lines(entitlements)}


def from_models(connection: duckdb.DuckDBPyConnection, source: str = "") -> set[Line]:
    """The same lines as the models have them."""
    found = [Line(**row) for row in select(connection, _LINES.format(source=source))]
    assert len({*found}) == len(found), "the models give a line twice"
    return {*found}


def differences(models: set[Line], opinion: set[Line]) -> str:
    """What one has and the other lacks, to be read; empty when they agree."""
    told = [f"models only:  {line}" for line in sorted(models - opinion, key=str)]
    told += [f"opinion only: {line}" for line in sorted(opinion - models, key=str)]
    return "\n".join(told)


def _asked(company: Company, terms: Terms) -> Asked:
    credits = by_transaction(company, terms)
    credited = {row["employee_key"] for row in credits}
    if terms.pool and terms.pool["share_rule"] == "contribution_credit":
        credited |= {row["employee_key"] for row in by_share(company, terms.start, terms.end)}
    standings: dict[str, Standing] = terms.standings(credited)
    return Asked(terms, standings, credits)


def _is_open(terms: Terms, gate: Row, cost: int) -> bool:
    """Whole minor units, no tolerance (G01); after bonus, what it costs counts (G02)."""
    target = terms.target(gate["measure"])
    cost = cost if gate["gate_basis"] == "after_bonus" else 0
    if target is None:
        return False
    if gate["least_attainment"] is not None:
        # a part of the target in whole minor units: part of one short is short
        target = ceil(target * Fraction(gate["least_attainment"]))
    return terms.actual(gate["measure"]) - cost >= target


def _openings(company: Company) -> list[Entitlement]:
    """Balances from before go-live, in the first live period, of the component's kind if one
    begins that day."""
    found = []
    for row in company.facts.policy["opening_balances"]:
        employee = company.people.keys.get(row["employee_number"])
        begun = [
            version
            for version in company.components
            if version["plan_component_key"] == row["plan_component_key"]
            and version["valid_from_date"] <= company.facts.run_date
        ]
        periods = [
            period
            for period in company.facts.periods
            if company.go_live <= period["start_date"] <= company.facts.run_date
        ]
        if employee is None or not begun or not periods:
            continue
        first = min(period["start_date"] for period in periods)
        own_type = {version["period_type"] for version in begun}
        period = min(
            (period for period in periods if period["start_date"] == first),
            key=lambda period: (period["period_type"] not in own_type, period["end_date"]),
        )
        version = max(begun, key=lambda version: version["valid_to_date"])
        number, component = row["employee_number"], row["plan_component_key"]
        found.append(
            Entitlement(
                employee, component, version["plan_version"], period["period_key"],
                f"policy.opening_balances:{number}:{component}:{row['account']}",
                "opening_balance", row["currency_code"],
                company.minor(row["balance_amount"], row["currency_code"]) or 0,
                opening_account=row["account"],
            )
        )  # fmt: skip
    return found


def _adjustments(company: Company, terms: dict[tuple[str, str], Terms]) -> Iterator[Entitlement]:
    """Money by hand, in a live period of its component that has begun (M09)."""
    for row in company.facts.policy["adjustments"]:
        employee = company.people.keys.get(row["employee_number"])
        one = terms.get((row["plan_component_key"], row["period_key"]))
        if employee is not None and one is not None:
            yield Entitlement(
                employee, *one.key[:1], one.row["plan_version"], one.key[1],
                f"policy.adjustments:{row['adjustment_id']}", "adjustment", row["currency_code"],
                company.minor(row["adjustment_amount"], row["currency_code"]) or 0,
            )  # fmt: skip
