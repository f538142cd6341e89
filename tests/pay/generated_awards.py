"""Goals, awards, draws and what was decided by hand, of generated companies, and the records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from tests.pay import plain
from tests.pay import records as made
from tests.pay.company import Row, at_noon
from tests.pay.generated_values import (
    AMOUNTS,
    DAYS,
    DEAL_TYPES,
    FUNCTIONS,
    LEAD_SOURCES,
    NAMES,
    PERIODS,
    often,
    seldom,
)  # fmt: skip

_AWARDS = tuple(map(Decimal, ("0.01", "0.05", "10", "33.34", "100", "250.01")))
_LIMITS = (0, 1, 1, 2, 3)
_KPIS = (
    "lead_quality", "lead_conversion", "feature_adoption", "requests_shipped", "satisfaction",
    "repeat_sales", "referrals", "insights_adopted", "pricing_approval_hours",
)  # fmt: skip
_CONTRIBUTIONS = (
    ("pricing_approval", "crm.task", "Pricing Approval"),
    ("introduction", "collaboration.introduction", "*"),
    ("call", "crm.task", "Call"),
)
_MONEY = {"currency_code": "EUR", **plain.APPROVED}
_ASKED = {**_MONEY, "reason": "agreed", "requested_by": "s.moreau"}


def pays_by(rnd: Random, component_type: str, component: str) -> dict[str, list[Row]]:
    """The rows of policy that a component of a type pays by."""
    ways = {
        "kpi_bonus": _kpi_goals, "recognition_award": _recognition, "mentor_bonus": _mentoring,
        "growth_project": _projects, "spif": _contests, "commission": _draws,
    }  # fmt: skip
    way = ways.get(component_type)
    return way(rnd, component) if way else {}


def _kpi_goals(rnd: Random, component: str) -> dict[str, list[Row]]:
    weights = rnd.choice((("1",), ("0.5", "0.5"), ("0.333333", "0.666667")))
    goals = []
    for number, weight in enumerate(weights):
        subject = rnd.choice(("function", "employee", "employee"))
        own = rnd.choice(FUNCTIONS)
        goals.append(
            {
                "plan_component_key": component, "goal_key": f"goal_{number}",
                "subject": subject, "measure": rnd.choice(_KPIS), "weight": Decimal(weight),
                "function": own if subject == "function" else rnd.choice(("*", own)),
                "goal": Decimal(rnd.choice(("0.333333", "0.5", "1", "2", "0.6"))),
                "direction": rnd.choice(("at_least", "at_least", "at_most")),
                "payout_curve_key": rnd.choice(("line", "steps")),
                "least_record_count": rnd.choice((None, None, 1, 2, 3)),
                "unscored_rule": rnd.choice(("zero", "redistribute")),
                **plain.ALWAYS, **plain.APPROVED,
            }
        )  # fmt: skip
    return {"component_goals": goals}


def _recognition(rnd: Random, component: str) -> dict[str, list[Row]]:
    return {"recognition_rules": [{
        "plan_component_key": component, "award_amount": rnd.choice(_AWARDS),
        "allowance_per_month": rnd.choice(_LIMITS), "max_per_pair_month": rnd.choice(_LIMITS),
        "ring_rule": rnd.choice(("hold", "exclude")),
        "manager_rule": rnd.choice(("pay", "hold", "exclude")), **_MONEY, **plain.ALWAYS,
    }]}  # fmt: skip


def _mentoring(rnd: Random, component: str) -> dict[str, list[Row]]:
    return {"mentor_rules": [{
        "plan_component_key": component, "award_amount": rnd.choice(_AWARDS),
        "least_session_count": rnd.choice((1, 1, 2)),
        "progress_measure": rnd.choice(("sessions", "help_given", "contribution_credit")),
        "least_progress_rate": rnd.choice((None, Decimal(0), Decimal("0.5"), Decimal(1))),
        "max_mentee_count": rnd.choice((None, 1, 2)),
        "manager_rule": rnd.choice(("pay", "hold", "exclude")), **_MONEY, **plain.ALWAYS,
    }]}  # fmt: skip


def _dates(rnd: Random) -> tuple[date, date]:
    start, end = sorted(rnd.sample(DAYS, 2))
    return start, end


def _projects(rnd: Random, component: str) -> dict[str, list[Row]]:
    projects, members = [], []
    for number in range(rnd.randint(0, 3)):
        key, (start, end) = f"{component}_{number}", _dates(rnd)
        measure = rnd.choice(("bookings", "deal_count"))
        target = rnd.choice(AMOUNTS) if measure == "bookings" else rnd.choice((1, 2, 3))
        projects.append(
            {
                "project_key": key, "project_name": key, "plan_component_key": component,
                "measure": measure, "opportunity_type": rnd.choice(DEAL_TYPES),
                "lead_source": rnd.choice(LEAD_SOURCES), "start_date": start, "end_date": end,
                "target": target, "bonus_amount": rnd.choice(_AWARDS),
                "payout_curve_key": rnd.choice(("line", "steps")), **_MONEY,
            }
        )  # fmt: skip
        shares = rnd.choice((("1",), ("0.5", "0.5"), ("0.333333", "0.333333", "0.333334")))
        for name, share in zip(rnd.sample(NAMES, len(shares)), shares, strict=True):
            row = {"project_key": key, "employee_number": name, "share": Decimal(share)}
            members.append(row)
    return {"projects": projects, "project_members": members}


def _contests(rnd: Random, component: str) -> dict[str, list[Row]]:
    spifs, prizes = [], []
    for number in range(rnd.randint(0, 3)):
        key, (start, end) = f"{component}_{number}", _dates(rnd)
        award, budget = rnd.choice(_AWARDS), rnd.choice(_AWARDS)
        spifs.append(
            {
                "spif_key": key, "spif_name": key, "plan_component_key": component,
                "measure": rnd.choice(("bookings", "deal_count")),
                "opportunity_type": rnd.choice(DEAL_TYPES), "start_date": start, "end_date": end,
                "award_type": rnd.choice(("per_deal", "ranking")), "award_amount": award,
                "least_value": rnd.choice((None, Decimal(1), Decimal(2), Decimal("100.01"))),
                "tie_rule": rnd.choice(("share", "first")), "budget_amount": budget + award,
                **_MONEY,
            }
        )  # fmt: skip
        for place in range(1, rnd.randint(1, 4)):
            row = {"spif_key": key, "place": place, "prize_amount": rnd.choice(_AWARDS)}
            prizes.append(row)
    return {"spifs": spifs, "spif_prizes": prizes}


def _draws(rnd: Random, component: str) -> dict[str, list[Row]]:
    """Of one payee in two, one type or several at once."""
    draws = []
    for name in NAMES[:3]:
        for draw_type in ("recoverable", "guarantee", "forgiveness"):
            if seldom(rnd):
                start, end = _dates(rnd)
                row = {
                    "employee_number": name, "plan_component_key": component,
                    "draw_type": draw_type, "draw_amount": rnd.choice(_AWARDS) * 10,
                    "valid_from_date": start,
                    "valid_to_date": end if often(rnd) else date(9999, 12, 31), **_ASKED,
                }  # fmt: skip
                draws.append(row)
    return {"draws": draws}


def by_hand(rnd: Random, components: list[str]) -> dict[str, list[Row]]:
    """Overrides of what is credited and of quotas, money of its own, ratings and signatures."""
    overrides, adjustments = [], []
    for number in range(rnd.choice((0, 0, 1, 3))):
        row = {
            "override_id": f"O{number}", "employee_number": rnd.choice(NAMES),
            "override_amount": rnd.choice(AMOUNTS), **plain.ALWAYS, **_ASKED,
        }  # fmt: skip
        if often(rnd):
            row |= {"overridden_input": "credited_amount", "book": rnd.choice(("hard", "overlay")),
                    "opportunity_id": f"D{rnd.randrange(6):02d}"}  # fmt: skip
        else:
            row |= {"overridden_input": "quota", "measure": "bookings",
                    "period_key": rnd.choice(PERIODS)}  # fmt: skip
        overrides.append(row)
    for number in range(rnd.choice((0, 0, 1, 2))):
        row = {
            "adjustment_id": f"A{number}", "employee_number": rnd.choice(NAMES),
            "plan_component_key": rnd.choice(components), "period_key": rnd.choice(PERIODS),
            "adjustment_amount": rnd.choice(AMOUNTS), **_ASKED,
        }  # fmt: skip
        adjustments.append(row)
    ratings = [
        {"employee_number": name, "rating": Decimal(rnd.choice(("2.9", "3", "4.5"))),
         "valid_from_date": since, "valid_to_date": until}
        for name in NAMES
        for since, until in ((plain.BEGINNING, DAYS[6]), (DAYS[6], date(9999, 12, 31)))
        if often(rnd)
    ]  # fmt: skip
    signatures = [
        {"employee_number": name, "plan_key": key, "plan_version": rnd.choice((1, 2)),
         "signed_date": rnd.choice(DAYS)}
        for name in NAMES
        for key in components
        if often(rnd)
    ]  # fmt: skip
    types = [
        {"contribution_type": kind, "source_table": table, "source_value": value, **plain.ALWAYS}
        for kind, table, value in _CONTRIBUTIONS
    ]
    return {
        "overrides": overrides, "adjustments": adjustments, "contribution_types": types,
        "employee_ratings": ratings, "plan_signatures": signatures,
    }  # fmt: skip


def _at(rnd: Random) -> datetime:
    """Noon, or so late that it is tomorrow in the company's zone, or together with others."""
    return at_noon(rnd.choice(DAYS)) + timedelta(hours=rnd.choice((0, 0, 0, 5, 11)))


def records(rnd: Random, names: tuple[str, ...], deals: list[str]) -> Iterator[made.Record]:
    def somebody() -> str:
        return rnd.choice(names)

    for number in range(rnd.randint(0, 12)):
        approver = somebody() if seldom(rnd) else None
        yield made.recognition(f"G{number:02d}", somebody(), somebody(), _at(rnd), approver)
    for number in range(rnd.randint(0, 10)):
        yield made.mentoring(f"M{number:02d}", somebody(), somebody(), _at(rnd), often(rnd))
    for number in range(rnd.randint(0, 10)):
        yield made.help_given(f"H{number}", somebody(), somebody(), rnd.choice(DAYS), often(rnd))
    for name in names:
        if seldom(rnd):
            yield made.leave(name, *_dates(rnd))
    yield from _kpi_records(rnd, names)
    for deal in deals:
        for who in rnd.sample(names, rnd.randint(0, min(2, len(names)))):
            kind = rnd.choice(_CONTRIBUTIONS)[0]
            yield made.work(deal, who, kind, often(rnd))


def _kpi_records(rnd: Random, names: tuple[str, ...]) -> Iterator[made.Record]:
    stages = ("lead", "marketing_qualified_lead", "sales_accepted_lead", "opportunity")
    for number in range(rnd.randint(0, 5)):
        for stage in stages[: rnd.randint(1, 4)]:
            for _ in range(rnd.choice((1, 1, 2))):
                yield made.lead(f"L{number}", stage, rnd.choice(DAYS))
    features = [f"F{number}" for number in range(rnd.randint(0, 3))]
    for name in features:
        shipped = _at(rnd) if often(rnd) else None
        yield made.feature(name, rnd.choice((*names, None, "stranger")), shipped)
        for account in range(rnd.randint(0, 3)):
            yield made.adoption(f"a{account}", name, rnd.choice(DAYS))
    for number in range(rnd.randint(0, 5)):
        yield made.request(f"Q{number}", rnd.choice((*features, None)), _at(rnd))
    for number in range(rnd.randint(0, 6)):
        who = rnd.choice((*names, None, "stranger"))
        yield made.rating(f"S{number}", who, _at(rnd), often(rnd))
    for number in range(rnd.randint(0, 5)):
        author, adopter, at = rnd.choice(names), rnd.choice((*names, None)), _at(rnd)
        adopted_at = at + timedelta(days=20) if often(rnd) else None
        yield made.insight(f"I{number}", author, at, adopter, adopted_at)
    for number in range(rnd.randint(0, 5)):
        asked = _at(rnd)
        done = asked + timedelta(minutes=rnd.choice((0, 1, 60, 600))) if often(rnd) else None
        kind = rnd.choice(("Pricing Approval", "Call"))
        yield made.task(f"T{number}", rnd.choice(names), kind, asked, done)
