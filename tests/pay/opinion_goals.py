"""Goals of the second opinion: what part of the pay at target is paid, by payout curves."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from tests.pay.facts import Row
from tests.pay.opinion_kpis import attainment
from tests.pay.opinion_money import rounded
from tests.pay.opinion_people import days
from tests.pay.opinion_terms import Terms

WHOLE = 1_000_000
_HIGHEST = 999_999_999


def payout_rate(terms: Terms, employee: str) -> Fraction | None:
    """The weighted payout rate of an employee's goals; None where the component has no goals.

    Who changed their function has each function's rate for its days (E04).
    """
    if not terms.goals:
        return None
    held: Counter[str] = Counter()
    for day in days(terms.start, terms.end):
        if terms.is_in_force(day) and terms.is_assigned(employee, day):
            held[terms.company.people.post(employee, day)["function"]] += 1
    if not held:
        return Fraction(0)
    total = sum(count * _own_rate(terms, employee, function) for function, count in held.items())
    return Fraction(rounded(Fraction(total, sum(held.values()))), WHOLE)


def _own_rate(terms: Terms, employee: str, function: str) -> int:
    paid, left_out = Fraction(0), Fraction(0)
    for goal in terms.goals:
        if goal["function"] not in ("*", function):
            continue
        reached = _attained(terms, goal, employee, function)
        if reached is not None:
            paid += Fraction(goal["weight"]) * _curve_rate(terms, goal, reached)
        elif goal["unscored_rule"] == "redistribute":
            left_out += Fraction(goal["weight"])
    return rounded(paid / (1 - left_out)) if left_out < 1 else 0


def _attained(terms: Terms, goal: Row, employee: str, function: str) -> int | None:
    """In whole millionths, cut and not rounded: one minor unit short of an edge is below it (T01).
    None where there is no target to compare with (T04), or too few records."""
    if goal["subject"] == "company":
        target = terms.target(goal["measure"])
        if target is None or target <= 0:
            return None
        exact = Fraction(max(terms.actual(goal["measure"]), 0), target)
    else:
        kpis, asked = terms.company.kpis, (function, terms.start, terms.end)
        value = (
            kpis.of_function(goal["measure"], *asked)
            if goal["subject"] == "function"
            else kpis.of_employee(goal["measure"], employee, *asked)
        )
        least = goal["least_record_count"] or 0
        if value is None or value.denominator <= 0 or value.records < least:
            return None
        exact = attainment(value, goal)
    return min(int(exact * WHOLE), _HIGHEST)


def _curve_rate(terms: Terms, goal: Row, attained: int) -> int:
    key = goal["payout_curve_key"]
    return curve_rate(terms.company.facts.policy["payout_curves"], key, attained)


def curve_rate(curves: list[Row], key: str, attained: int) -> int:
    """What a payout curve pays at an attainment, both in whole millionths."""
    points = sorted(
        (int(row["attainment"] * WHOLE), int(row["payout_rate"] * WHOLE), row["interpolation"])
        for row in curves
        if row["payout_curve_key"] == key
    )
    reached = [number for number, point in enumerate(points) if point[0] <= attained]
    if not reached:
        return 0
    start, rate, interpolation = points[reached[-1]]
    if reached[-1] + 1 == len(points) or interpolation == "step":
        return rate
    end, next_rate, _ = points[reached[-1] + 1]
    return rate + rounded(Fraction((next_rate - rate) * (attained - start), end - start))
