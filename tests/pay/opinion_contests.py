"""Contests and growth projects in the second opinion: own dates, and a sum that is not exceeded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from tests.pay.facts import Row
from tests.pay.opinion_components import Asked, Offer, is_eligible, offers
from tests.pay.opinion_goals import WHOLE, curve_rate
from tests.pay.opinion_money import rounded, shared
from tests.pay.opinion_pools import NOBODY
from tests.pay.opinion_terms import Company, Terms

Won = tuple[str, str, str, int]  # who, source, cause, amount


@offers("spif")
def contest(asked: Asked) -> Offer:
    found = []
    for spif in _ending(asked.terms, "spifs"):
        pays = _by_deal if spif["award_type"] == "per_deal" else _by_place
        found += [asked.earns(*won) for won in pays(asked, spif) if won[3]]
    return sum(one.amount_minor for one in found), found


@offers("growth_project")
def project(asked: Asked) -> Offer:
    terms, company = asked.terms, asked.terms.company
    found = []
    for row in _ending(terms, "projects"):
        is_money = row["measure"] == "bookings"
        reached = sum(
            deal["plan_amount_minor"] if is_money else 1
            for deal in _of_its_kind(company, row)
            if row["lead_source"] in (None, deal["lead_source"])
            and row["start_date"] <= deal["won_date"] < row["end_date"]
        )
        target = company.minor(row["target"], row["currency_code"])
        target = target if is_money else rounded(row["target"])
        rate = 0
        if target and target > 0:
            attained = min(max(reached, 0) * WHOLE // target, 999_999_999)
            curves = company.facts.policy["payout_curves"]
            rate = curve_rate(curves, row["payout_curve_key"], attained)
        bonus = company.minor(row["bonus_amount"], row["currency_code"]) or 0
        # by number, as a share is declared; it stays with the company if it may not be paid
        shares = {
            member["employee_number"]: int(member["share"] * WHOLE)
            for member in company.facts.policy["project_members"]
            if member["project_key"] == row["project_key"]
        }
        for number, part in shared(rounded(Fraction(bonus * rate, WHOLE)), shares).items():
            employee = company.people.keys.get(number)
            if part and employee and is_eligible(asked, employee):
                source = f"policy.projects:{row['project_key']}"
                found.append(asked.earns(employee, source, "project_reached", part))
    return sum(one.amount_minor for one in found), found


def _ending(terms: Terms, table: str) -> list[Row]:
    """What has its last day in the period."""
    return [
        row
        for row in terms.company.facts.policy[table]
        if row["plan_component_key"] == terms.key[0] and terms.start < row["end_date"] <= terms.end
    ]


def _of_its_kind(company: Company, row: Row) -> Iterator[Row]:
    for deal in company.facts.opportunities:
        if row["opportunity_type"] in (None, deal["opportunity_type"]):
            yield deal


def _entries(company: Company, spif: Row) -> list[Row]:
    """Hard credit won while it runs, less what came back, as it was won; what came back whole is
    no deal (T03)."""
    kinds = {deal["opportunity_key"] for deal in _of_its_kind(company, spif)}
    found = []
    for credit in company.transactions:
        day = credit["incentive_date"]
        is_within = spif["start_date"] <= day < spif["end_date"]
        if credit["book"] != "hard" or credit["opportunity_key"] not in kinds or not is_within:
            continue
        amount = credit["net_minor"]
        came_back = credit["returned_minor"] > 0 and amount <= 0
        entered = amount if spif["measure"] == "bookings" else int(not came_back)
        found.append({**credit, "entered": entered, "who": credit["employee_key"] or NOBODY})
    order = ("incentive_date", "won_at", "opportunity_key", "who")
    return sorted(found, key=lambda row: [row[column] for column in order])


def _by_deal(asked: Asked, spif: Row) -> Iterator[Won]:
    """First come, first served, until the budget is used up (G05, T06)."""
    company, currency = asked.terms.company, spif["currency_code"]
    left = company.minor(spif["budget_amount"], currency) or 0
    award = company.minor(spif["award_amount"], currency) or 0
    entries = [row for row in _entries(company, spif) if row["entered"] > 0]
    parts: dict[tuple[str, str], int] = {}
    weights: dict[str, dict[str, int]] = defaultdict(dict)
    for row in entries:
        weights[row["opportunity_key"]][row["who"]] = rounded(row["credit_share"] * 10**12)
    for deal, by_whom in weights.items():
        parts |= {(deal, who): part for who, part in shared(award, by_whom).items()}
    for row in entries:
        if is_eligible(asked, row["who"]):
            amount = min(parts[row["opportunity_key"], row["who"]], left)
            left -= amount
            source = f"policy.spifs:{spif['spif_key']}:{row['opportunity_key']}"
            yield row["who"], source, "deal_won", amount


def _by_place(asked: Asked, spif: Row) -> Iterator[Won]:
    """Prizes by place; a place is held from the least value on, and never for nothing."""
    company, currency = asked.terms.company, spif["currency_code"]
    least = spif["least_value"] or 0
    least = company.minor(least, currency) if spif["measure"] == "bookings" else rounded(least)
    sums: dict[str, int] = defaultdict(int)
    last: dict[str, datetime] = {}
    for row in _entries(company, spif):
        if is_eligible(asked, row["who"]):
            sums[row["who"]] += row["entered"]
            last[row["who"]] = max(row["won_at"], last.get(row["who"], row["won_at"]))
    ranked = sorted(
        (who for who, entered in sums.items() if entered >= max(least or 0, 1)),
        key=lambda who: (-sums[who], last[who], who),
    )
    left = company.minor(spif["budget_amount"], currency) or 0
    prizes = {}
    for row in sorted(company.facts.policy["spif_prizes"], key=lambda row: row["place"]):
        if row["spif_key"] == spif["spif_key"]:
            prizes[row["place"]] = min(company.minor(row["prize_amount"], currency) or 0, left)
            left -= prizes[row["place"]]
    won = {who: prizes.get(place, 0) for place, who in enumerate(ranked, 1)}
    if spif["tie_rule"] != "first":
        for _, tied in groupby(ranked, key=lambda who: sums[who]):
            # the odd cent goes to who is first among them
            names = {f"{number:06d}": who for number, who in enumerate(tied)}
            parts = shared(sum(won[who] for who in names.values()), dict.fromkeys(names, 1))
            won |= {names[number]: part for number, part in parts.items()}
    for who, amount in won.items():
        yield who, f"policy.spifs:{spif['spif_key']}", "contest_won", amount
