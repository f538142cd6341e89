"""Pools of the second opinion: what each part of a pool holds, and who shares it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

from tests.pay.facts import Row
from tests.pay.opinion_components import Asked, Offer, is_eligible, offers
from tests.pay.opinion_money import rounded, shared
from tests.pay.opinion_terms import Company, Terms

# what stands for nobody in a pool, behind every key
NOBODY = "~unassigned~"


def by_share(company: Company, start: date, end: date) -> list[Row]:
    """Credits of the contribution book that pools are shared by."""
    return [
        row
        for row in company.facts.credits
        if row["book"] == "contribution"
        and row["is_paid_model"]
        and start <= row["incentive_date"] < end
    ]


@offers("contribution_bonus")
@offers("profit_share")
def pool(asked: Asked) -> Offer:
    terms = asked.terms
    if terms.pool is None:
        return 0, []
    found, cost = [], 0
    for part, actual in _actuals(terms, terms.pool).items():
        funded = _funded(terms, terms.pool, actual)
        cost += funded
        source = f"bonus.fct_pools:{terms.row['pool_key']}:{terms.key[1]}"
        source = f"{source}:{part}" if part else source
        weights = _weights(asked, terms.pool, part)
        amounts = _under_caps(funded, weights, _caps(asked, terms.pool), terms.pool["cap_policy"])
        found += [
            asked.earns(employee, source, "pool_shared", amount)
            for employee, amount in amounts.items()
            if amount and is_eligible(asked, employee)
        ]
    return cost, found


def _part(pool: Row, deal: Row) -> str:
    if pool["pool_scope"] == "segment":
        return deal["opportunity_type"] or "unknown"
    return deal["opportunity_key"] if pool["pool_scope"] == "deal" else ""


def _actuals(terms: Terms, pool: Row) -> dict[str, int]:
    """What each part is funded by: the company's measure, or what the part sold."""
    if pool["pool_scope"] not in ("segment", "deal"):
        return {"": terms.actual(pool["measure"])}
    sold: dict[str, int] = defaultdict(int)
    for deal in terms.company.facts.opportunities:
        is_within = terms.start <= deal["won_date"] < terms.end
        if is_within and pool["segment"] in (None, deal["opportunity_type"]):
            sold[_part(pool, deal)] += deal["plan_amount_minor"]
    return sold


def _funded(terms: Terms, pool: Row, actual: int) -> int:
    if pool["funding_type"] == "fixed_amount":
        return terms.company.minor(pool["fixed_amount"], pool["currency_code"]) or 0
    rate = Fraction(pool["funding_rate"])
    if pool["funding_type"] == "rate_of_measure":
        return rounded(max(actual, 0) * rate)
    target = terms.target(pool["measure"])
    # the pool is a cost of the profit it comes from: P = r (G - P - T), floored (G02)
    return 0 if target is None else int(rate * max(actual - target, 0) / (1 + rate))


def _weights(asked: Asked, pool: Row, part: str) -> dict[str, int]:
    terms = asked.terms
    weights: dict[str, int] = defaultdict(int)
    if pool["share_rule"] == "salary_days":
        for employee, standing in asked.standings.items():
            weights[employee] = standing.salary_days_minor or 0
    else:
        parts = {
            deal["opportunity_key"]: _part(pool, deal) for deal in terms.company.facts.opportunities
        }
        for credit in by_share(terms.company, terms.start, terms.end):
            if parts[credit["opportunity_key"]] == part:
                weights[credit["employee_key"] or NOBODY] += credit["plan_credited_amount_minor"]
    if pool["unallocated_pool_policy"] == "redistribute":
        weights = {key: weights[key] for key in weights if is_eligible(asked, key)}
    return {key: max(weight, 0) for key, weight in weights.items()}


def _caps(asked: Asked, pool: Row) -> dict[str, int]:
    """The most of those who have a cap: a part of the pay of the period, cut."""
    if pool["cap_rate"] is None:
        return {}
    rate = Fraction(pool["cap_rate"]) / asked.terms.period_days
    return {
        employee: int(standing.salary_days_minor * rate)
        for employee, standing in asked.standings.items()
        if standing.ineligible is None and standing.salary_days_minor is not None
    }


def _under_caps(
    whole: int, weights: dict[str, int], caps: dict[str, int], cap_policy: str | None
) -> dict[str, int]:
    """Shares by weight. Above a cap nothing is paid: by policy the company keeps it, or the others
    share it, in as many rounds as it takes until nobody reaches a cap."""
    if cap_policy != "redistribute":
        amounts = shared(whole, weights)
        return {key: min(amount, caps.get(key, amount)) for key, amount in amounts.items()}
    full: dict[str, int] = {}
    while True:
        open_weights = {key: weight for key, weight in weights.items() if key not in full}
        left, total = whole - sum(full.values()), sum(open_weights.values())
        reached = {
            key: caps[key]
            for key, weight in open_weights.items()
            if weight and key in caps and Fraction(left * weight, total) >= caps[key]
        }
        if not reached:
            return full | shared(left, open_weights)
        full |= reached
