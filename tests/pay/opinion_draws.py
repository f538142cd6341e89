"""Draws in the second opinion: what is paid ahead, kept back, topped up to and written off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from tests.pay.opinion_components import Entitlement
from tests.pay.opinion_money import rounded
from tests.pay.opinion_people import days
from tests.pay.opinion_terms import Company, Standing, Terms

Key = tuple[str, str]  # component, period


def movements(
    company: Company, terms: Mapping[Key, Terms], standings: Mapping[Key, Mapping[str, Standing]],
    entitlements: list[Entitlement],
) -> Iterator[Entitlement]:  # fmt: skip
    """Of every payee with a draw, period after period from the first one on (M01)."""
    earned: dict[tuple[str, Key], int] = {}
    for one in entitlements:
        # what is held pays nobody's rent
        if one.hold is None and one.opening_account is None:
            key = (one.employee, (one.component, one.period))
            earned[key] = earned.get(key, 0) + one.amount_minor
    drawn = sorted(
        {(row["employee_number"], row["plan_component_key"])
         for row in company.facts.policy["draws"]}
    )  # fmt: skip
    for number, component in drawn:
        employee = company.people.keys.get(number)
        periods = sorted(
            (one for one in terms.values()
             if one.key[0] == component and one.is_ended
             and one.row["component_type"] == "commission"),
            key=lambda one: one.start,
        )  # fmt: skip
        owed = 0
        for one in periods:
            standing = standings[one.key].get(employee) if employee else None
            promised = _promised(one, number)
            if employee and promised is not None and standing and standing.ineligible is None:
                amount = earned.get((employee, one.key), 0)
                moved, owed = _moved(one, employee, promised, amount, owed)
                yield from moved


def _moved(
    terms: Terms, employee: str, promised: dict[str, int], earned: int, owed: int
) -> tuple[list[Entitlement], int]:
    """What a period's draw moves, and what is owed after it."""
    guarantee = promised["guarantee"]
    topped_up = max(guarantee - earned, 0)
    # never below the larger of the two; what is earned beyond both repays
    short = max(promised["recoverable"], guarantee) - max(earned, guarantee)
    after = max(owed + short, 0)
    forgiven = min(after, promised["forgiveness"])
    component, period = terms.key

    def entitles(side: str, cause: str, amount: int, account: str | None) -> Entitlement:
        source = f"policy.draws:{component}:{period}:{side}"
        return Entitlement(
            employee, component, terms.row["plan_version"], period, source, cause,
            terms.row["currency_code"], amount, opening_account=account,
        )  # fmt: skip

    advance = after - owed
    cause = "draw_advance" if advance > 0 else "draw_recovery"
    found = [
        entitles("guarantee", "guarantee", topped_up, None),
        entitles("pay", cause, advance, None),
        entitles("balance", "draw_balance", -advance, "receivable"),
        entitles("forgiveness", "draw_forgiveness", forgiven, "receivable"),
    ]
    return [one for one in found if one.amount_minor], after - forgiven


def _promised(terms: Terms, number: str) -> dict[str, int] | None:
    """Floor, guarantee and most that is forgiven, by the days they run; None before the first."""
    found, has_begun = {"recoverable": Fraction(0), "guarantee": Fraction(0),
                        "forgiveness": Fraction(0)}, False  # fmt: skip
    for row in terms.company.facts.policy["draws"]:
        if (row["employee_number"], row["plan_component_key"]) != (number, terms.key[0]):
            continue
        has_begun |= row["valid_from_date"] < terms.end
        runs = sum(
            row["valid_from_date"] <= day < row["valid_to_date"]
            for day in days(terms.start, terms.end)
        )
        whole = terms.company.minor(row["draw_amount"], row["currency_code"]) or 0
        found[row["draw_type"]] += Fraction(whole * runs, terms.period_days)
    return {name: rounded(amount) for name, amount in found.items()} if has_begun else None
