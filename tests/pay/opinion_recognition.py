"""Recognition in the second opinion: which of them count, which wait, and what each brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tests.pay.facts import Row
from tests.pay.opinion_components import Asked, Entitlement, Offer, is_eligible, offers
from tests.pay.opinion_people import on
from tests.pay.opinion_terms import Company, Terms


@dataclass(frozen=True)
class Gift:
    """A recognition that counts unless a limit is reached, and the rule of its day."""

    id: str
    giver: str
    receiver: str
    at: datetime
    day: date
    rule: Row
    is_from_manager: bool
    approver: str | None

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.giver, self.receiver))

    @property
    def month(self) -> tuple[int, int]:
        return self.day.year, self.day.month


@offers("recognition_award")
def recognition(asked: Asked) -> Offer:
    terms = asked.terms
    gifts = list(_within_limits(sorted(_gifts(terms), key=lambda gift: (gift.at, gift.id))))
    given = {(gift.giver, gift.receiver) for gift in gifts}
    found: list[Entitlement] = []
    for gift in gifts:
        is_ring = _closes_a_ring(gift, given)
        if (is_ring and gift.rule["ring_rule"] == "exclude") or not is_eligible(
            asked, gift.receiver
        ):
            continue
        hold = None
        if not _is_approved(gift, given):
            if is_ring and gift.rule["ring_rule"] == "hold":
                hold = "award_ring"
            elif gift.is_from_manager and gift.rule["manager_rule"] == "hold":
                hold = "manager_award"
        amount = terms.company.minor(gift.rule["award_amount"], gift.rule["currency_code"]) or 0
        if amount:
            source = f"collaboration.recognition/{gift.id}"
            found.append(asked.earns(gift.receiver, source, "recognised", amount, hold=hold))
    return sum(one.amount_minor for one in found), found


def _gifts(terms: Terms) -> Iterator[Gift]:
    """Between two colleagues, each once; a manager's only where policy lets them give."""
    company, people = terms.company, terms.company.people
    rules = [
        row
        for row in company.facts.policy["recognition_rules"]
        if row["plan_component_key"] == terms.key[0]
    ]
    for who, row in sorted(_once(company).items(), key=lambda item: str(item[0])):
        giver, receiver, at = who
        day = company.local_day(at)
        own_rules = on(day, rules)
        if not terms.start <= day < terms.end or not own_rules or giver == receiver:
            continue
        posts = people.post(giver, day), people.post(receiver, day)
        if posts[0] is None or posts[1] is None:
            continue
        is_from_manager = posts[1]["manager_employee_key"] == giver
        if is_from_manager and own_rules[0]["manager_rule"] == "exclude":
            continue
        approver = people.named("collaboration", row["approved_by_email"], day)
        yield Gift(
            row["recognition_id_collaboration"], giver, receiver, at, day, own_rules[0],
            is_from_manager, approver if row["approved_at"] else None,
        )  # fmt: skip


def _once(company: Company) -> dict[tuple[str, str, datetime], Row]:
    """Recognitions between people we know; the same under two ids stands under the lower (C04)."""
    found: dict[tuple[str, str, datetime], Row] = {}
    rows = company.facts.records["staging.stg_collaboration__recognitions"]
    for row in sorted(rows, key=lambda row: row["recognition_id_collaboration"]):
        day = company.local_day(row["given_at"])
        giver = company.people.named("collaboration", row["giver_email"], day)
        receiver = company.people.named("collaboration", row["receiver_email"], day)
        if giver and receiver:
            found.setdefault((giver, receiver, row["given_at"]), row)
    return found


def _within_limits(gifts: list[Gift]) -> Iterator[Gift]:
    """A pair's limit a month, whoever gives, then a giver's allowance, of what is left (P01)."""
    pairs: Counter[tuple] = Counter()
    givers: Counter[tuple] = Counter()
    for gift in gifts:
        pairs[gift.pair, gift.month] += 1
        if pairs[gift.pair, gift.month] > gift.rule["max_per_pair_month"]:
            continue
        givers[gift.giver, gift.month] += 1
        if givers[gift.giver, gift.month] <= gift.rule["allowance_per_month"]:
            yield gift


def _closes_a_ring(gift: Gift, given: set[tuple[str, str]]) -> bool:
    """Back to the giver at once, or by one more colleague."""
    back = {receiver for giver, receiver in given if giver == gift.receiver}
    return gift.giver in back or any((between, gift.giver) in given for between in back)


def _is_approved(gift: Gift, given: set[tuple[str, str]]) -> bool:
    """By somebody outside: neither of the two, nor who gave to or got from either."""
    if gift.approver is None or gift.approver in gift.pair:
        return False
    return not any(gift.approver in pair and gift.pair & {*pair} for pair in given)
