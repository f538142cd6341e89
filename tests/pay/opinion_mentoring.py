"""Mentoring in the second opinion: mentees who progressed, and who mentored them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from tests.pay.facts import Row
from tests.pay.opinion_components import Asked, Entitlement, Offer, is_eligible, offers
from tests.pay.opinion_money import shared
from tests.pay.opinion_pools import by_share
from tests.pay.opinion_terms import Terms


@dataclass
class Pair:
    """A mentor and a mentee in a period: confirmed sessions by the moment they were held."""

    sessions: set[datetime] = field(default_factory=set)
    is_manager: bool = False


Pairs = dict[tuple[str, str], Pair]  # by mentor and mentee


@offers("mentor_bonus")
def mentoring(asked: Asked) -> Offer:
    terms = asked.terms
    rules = terms.in_force("mentor_rules", plan_component_key=terms.key[0])
    if not rules:
        return 0, []
    rule, pairs = rules[0], _pairs(terms)
    award = terms.company.minor(rule["award_amount"], rule["currency_code"]) or 0
    mentors: dict[str, dict[str, int]] = defaultdict(dict)
    for mentor, mentee in _counted(terms, rule, pairs):
        mentors[mentee][mentor] = len(pairs[mentor, mentee].sessions)
    found: list[Entitlement] = []
    for mentee, sessions in mentors.items():
        for mentor, part in shared(award, sessions).items():
            hold = None
            if (mentee, mentor) in pairs:
                hold = "award_ring"
            elif pairs[mentor, mentee].is_manager and rule["manager_rule"] == "hold":
                hold = "manager_award"
            if part and is_eligible(asked, mentor):
                source = f"collaboration.mentoring_session:{mentee}"
                found.append(asked.earns(mentor, source, "mentee_progressed", part, hold=hold))
    return sum(one.amount_minor for one in found), found


def _pairs(terms: Terms) -> Pairs:
    """Sessions that the mentee confirmed, of two people, on a day the mentee was employed."""
    company, people = terms.company, terms.company.people
    found: Pairs = defaultdict(Pair)
    for row in company.facts.records["staging.stg_collaboration__mentoring_sessions"]:
        day = company.local_day(row["held_at"])
        if row["confirmed_at"] is None or not terms.start <= day < terms.end:
            continue
        mentor = people.named("collaboration", row["mentor_email"], day)
        mentee = people.named("collaboration", row["mentee_email"], day)
        post = people.post(mentee, day) if mentee else None
        if mentor and post and mentor != mentee:
            pair = found[mentor, mentee]
            pair.sessions.add(row["held_at"])
            pair.is_manager |= post["manager_employee_key"] == mentor
    return dict(found)


def _counted(terms: Terms, rule: Row, pairs: Pairs) -> list[tuple[str, str]]:
    """Enough sessions and progress; of one mentor only so many mentees, the most met first."""
    by_mentor: dict[str, list[str]] = defaultdict(list)
    for (mentor, mentee), pair in pairs.items():
        if (
            len(pair.sessions) >= rule["least_session_count"]
            and _progressed(terms, rule, mentee)
            and not (pair.is_manager and rule["manager_rule"] == "exclude")
        ):
            by_mentor[mentor].append(mentee)
    found = []
    for mentor, mentees in by_mentor.items():
        mentees.sort(key=lambda mentee: (-len(pairs[mentor, mentee].sessions), mentee))
        kept = mentees if rule["max_mentee_count"] is None else mentees[: rule["max_mentee_count"]]
        found += [(mentor, mentee) for mentee in kept]
    return found


def _progressed(terms: Terms, rule: Row, mentee: str) -> bool:
    """More in the period than in as many days before it, by the rate that policy asks for."""
    if rule["progress_measure"] == "sessions":
        return True
    before = _done(terms, rule, mentee, terms.start - (terms.end - terms.start), terms.start)
    now = _done(terms, rule, mentee, terms.start, terms.end)
    return now > max(before, 0) and now >= before * (1 + Fraction(rule["least_progress_rate"] or 0))


def _done(terms: Terms, rule: Row, mentee: str, start: date, end: date) -> int:
    if rule["progress_measure"] == "contribution_credit":
        return sum(
            row["plan_credited_amount_minor"]
            for row in by_share(terms.company, start, end)
            if row["employee_key"] == mentee
        )
    return sum(
        row["giver_employee_key"] == mentee and row["is_counted"]
        and start <= row["event_date"] < end
        for row in terms.company.facts.records["collaboration.fct_interactions"]
    )  # fmt: skip
