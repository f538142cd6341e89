"""Companies that nobody thought of: small, odd, and close to every edge.

Amounts and targets come from few values, so that gates are met to the cent, tiers are reached
exactly, remainders tie and people leave on the last day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.pay import plain
from tests.pay.company import BookLine, Company, Deal, Employee, Post, Row, Salary, Spell, at_noon

LIVE = date(2026, 1, 1)
NAMES = ("ann", "ben", "cay", "dan", "eve", "fay")
JOBS = ("representative", "manager")
FUNCTIONS = ("sales", "marketing")
MEASURES = ("revenue", "gross_operating_profit", "bookings")
PERIODS = ("2026-Q1", "2026-Q2", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
# edges of quarters and months, and days inside them
DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2025-12-31", "2026-01-01", "2026-01-15", "2026-01-31", "2026-02-01", "2026-02-28",
        "2026-03-01", "2026-03-15", "2026-03-31", "2026-04-01", "2026-04-05", "2026-05-10",
    )
)  # fmt: skip
AMOUNTS = tuple(
    Decimal(amount)
    for amount in (
        "0", "0.01", "0.05", "99.99", "100", "100.01", "333.33", "500", "1000", "1000.01",
        "2500.50", "99999.99", "-0.01", "-100", "-333.33", "-1000",
    )
)  # fmt: skip
RATES = tuple(Decimal(rate) for rate in ("0", "0.01", "0.05", "0.0725", "0.1", "0.333333", "1"))
SALARIES = (0, 1, 3600001, 6000000, 9999999)
MINIMA = tuple(map(Decimal, ("0", "0.01", "10", "50")))


def often(rnd: Random) -> bool:
    return rnd.random() < 0.8


def seldom(rnd: Random) -> bool:
    return rnd.random() < 0.2


def employees(rnd: Random, number: str) -> Employee:
    hired = rnd.choice((date(2020, 1, 1), date(2025, 12, 15), *DAYS[1:8]))
    spells = [Spell(hired)]
    if seldom(rnd):
        left = rnd.choice([day for day in DAYS if day > hired])
        spells = [Spell(hired, left)]
        if seldom(rnd):
            spells.append(Spell(left + timedelta(days=rnd.choice((1, 20)))))
    posts = [Post(hired, rnd.choice(FUNCTIONS), rnd.choice(JOBS))]
    if seldom(rnd):
        moved = rnd.choice(DAYS)
        if moved > hired:
            posts.append(Post(moved, rnd.choice(FUNCTIONS), rnd.choice(JOBS)))
    salaries = []
    if often(rnd):
        currency = rnd.choice(("EUR", "EUR", "USD", "KWD"))
        salaries = [Salary(hired, rnd.choice(SALARIES), currency)]
        if seldom(rnd) and (raised := rnd.choice(DAYS)) > hired:
            salaries.append(Salary(raised, rnd.choice(SALARIES), currency))
    return Employee(number, tuple(spells), tuple(posts), tuple(salaries))


def splits(rnd: Random, names: tuple[str, ...]) -> dict[str, Decimal]:
    """Percentages to the hundredth that add up to 100, and seldom miss it by a hundredth."""
    who = rnd.sample(names, rnd.randint(1, min(3, len(names))))
    edges = sorted(rnd.choice((0, 2500, 3333, 5000, 6667, rnd.randint(0, 10000))) for _ in who[1:])
    parts = [b - a for a, b in zip([0, *edges], [*edges, 10000], strict=True)]
    shares = {name: Decimal(part) / 100 for name, part in zip(who, parts, strict=True)}
    if rnd.random() < 0.04:
        shares[who[0]] += Decimal("0.01")
    return shares


def deals(rnd: Random, number: int, names: tuple[str, ...]) -> Deal:
    hard = splits(rnd, names) if often(rnd) else {rnd.choice(names): None}
    weighed: tuple[str | None, ...] = (*names, None)
    return Deal(
        id=f"D{number:02d}",
        won_at=at_noon(rnd.choice(DAYS)) + timedelta(hours=rnd.choice((0, 0, 5, 11))),
        amount=rnd.choice(AMOUNTS),
        currency=rnd.choice(("EUR", "EUR", "EUR", "USD", "JPY", "KWD", "GBP")),
        hard=hard,
        overlay=splits(rnd, names) if seldom(rnd) else {},
        contribution={
            who: rnd.randint(1, 5)
            for who in rnd.sample(weighed, rnd.randint(0, min(4, len(weighed))))
        },
    )


def components(rnd: Random, component_type: str, key: str) -> dict[str, list[Row]]:
    """A plan of one component, with assignments, versions, gates and rules of all kinds."""
    said: Row = {
        "period_type": rnd.choice(("quarter", "quarter", "month")),
        "leaver_rule": rnd.choice(("review", "pay")),
        "minimum_payment_amount": rnd.choice(MINIMA),
        "proration_basis": rnd.choice(("calendar_days", "none")),
    }
    if component_type == "commission":
        said["rate_table_key"] = rnd.choice(("flat", "tiers"))
        said["book"] = rnd.choice(("hard", "hard", "overlay"))
    if component_type == "success_bonus":
        said["target_rate"] = rnd.choice(RATES)
    plan = plain.plan(key)
    made = plain.component(key, component_type, **said)
    if seldom(rnd):
        other = dict(said)
        if component_type == "commission":
            other["rate_table_key"] = rnd.choice(("flat", "tiers"))
        second = plain.component(key, component_type, plan_version=2, **other)
        since = rnd.choice(DAYS[1:10])
        made["plan_components"] += second["plan_components"]
        first = plan["plan_versions"][0]
        plan["plan_versions"].append({**first, "plan_version": 2, "valid_from_date": since})
        first["valid_to_date"] = since
    if "pools" in made:
        made["pools"][0].update(pools(rnd))
    return plain.merged(plan | {"plan_assignments": assignments(rnd, key)}, made, {
        "pay_gates": gates(rnd, key), "eligibility_rules": rules(rnd, key),
    })  # fmt: skip


def assignments(rnd: Random, plan: str) -> list[Row]:
    everybody = {"plan_key": plan, "assignee_type": "everyone", "assignee_code": "*"}
    found = [{**everybody, **plain.ALWAYS, "rate_table_key": None}]
    for kind, codes in (("function", FUNCTIONS), ("job_profile", JOBS), ("employee", NAMES[:2])):
        if seldom(rnd):
            found.append(
                {
                    "plan_key": plan, "assignee_type": kind,
                    "assignee_code": rnd.choice(codes),
                    "rate_table_key": rnd.choice((None, "flat", "tiers", "personal")),
                    "valid_from_date": rnd.choice(DAYS[:6]),
                    "valid_to_date": rnd.choice((*DAYS[6:], date(9999, 12, 31))),
                }
            )  # fmt: skip
    return found if often(rnd) or len(found) == 1 else found[1:]


def pools(rnd: Random) -> Row:
    funding = rnd.choice(("fixed_amount", "rate_of_measure", "profit_rate_after_bonus"))
    measure = "gross_operating_profit" if funding.startswith("profit") else "bookings"
    return {
        "funding_type": funding,
        "measure": rnd.choice((measure, "revenue")),
        "funding_rate": rnd.choice(RATES),
        "fixed_amount": abs(rnd.choice(AMOUNTS)),
        "share_rule": rnd.choice(("contribution_credit", "salary_days")),
        "unallocated_pool_policy": rnd.choice(("lapse", "redistribute")),
    }


def gates(rnd: Random, component: str) -> list[Row]:
    return [
        {
            "plan_component_key": component, "pay_gate": f"gate_{number}",
            "measure": rnd.choice(MEASURES),
            "gate_basis": rnd.choice(("before_bonus", "after_bonus")), **plain.ALWAYS,
        }
        for number in range(rnd.choice((0, 0, 0, 1, 2)))
    ]  # fmt: skip


def rules(rnd: Random, component: str) -> list[Row]:
    found = []
    for code in ("min_service_days", "employed_at_period_end", "active_at_payment"):
        if seldom(rnd):
            days = rnd.choice((0, 30, 59, 90)) if code.startswith("min") else None
            row = {"plan_component_key": component, "rule_code": code, "threshold": days}
            found.append({**row, **plain.ALWAYS})
    return found


def _goals(rnd: Random, names: tuple[str, ...]) -> dict[str, list[Row]]:
    quotas, targets = [], []
    money = {"currency_code": "EUR", **plain.APPROVED}
    for period in PERIODS:
        for kind, codes in (("job_profile", JOBS), ("employee", names[:1])):
            for code in codes:
                if (often if kind == "job_profile" else seldom)(rnd):
                    quota = rnd.choice((0, 100, 500, 1000, 1000, 2500))
                    about = {"assignee_type": kind, "assignee_code": code, "measure": "bookings"}
                    quotas.append({**about, "period_key": period, "quota_amount": quota, **money})
        for measure in MEASURES:
            if often(rnd):
                target = abs(rnd.choice(AMOUNTS)) + rnd.choice((0, Decimal("0.01")))
                about = {"measure": measure, "period_key": period}
                targets.append({**about, "target_amount": target, **money})
    return {"quotas": quotas, "targets": targets}


def company(rnd: Random, types: tuple[str, ...] = tuple(plain.COMPONENTS)) -> Company:
    """A company on a night, all of it known, nothing posted yet. `types`: the component types,
    two plans each, since a night costs the same for more of them."""
    names = NAMES[: rnd.randint(1, len(NAMES))]
    tiers = plain.tiers(
        "tiers", ("0", rnd.choice(RATES)), ("0.5", rnd.choice(RATES)), ("1", rnd.choice(RATES))
    )
    policy = plain.merged(
        plain.policy(),
        *(components(rnd, kind, f"{kind}_{n}") for n, kind in enumerate(types * 2)),
        {"rate_tables": [*plain.tiers("flat", ("0", rnd.choice(RATES))), *tiers,
                         *plain.tiers("personal", ("0", "0.02"), ("1", "0.11"))]},
        _goals(rnd, names),
        {"fx_rates": [
            {"from_currency_code": code, "to_currency_code": "EUR", "fx_rate": Decimal(rate),
             "rate_source": "treasury", "valid_from_date": since, "valid_to_date": until}
            for code, rate, since, until in (
                ("USD", "0.9", date(2020, 1, 1), date(2026, 2, 1)),
                ("USD", "0.925", date(2026, 2, 1), date(9999, 12, 31)),
                ("JPY", "0.0065", date(2020, 1, 1), date(9999, 12, 31)),
                ("KWD", "3.000000001", date(2020, 1, 1), date(9999, 12, 31)),
            )
        ]},
    )  # fmt: skip
    policy["company_settings"][0]["go_live_date"] = rnd.choice((LIVE, LIVE, date(2026, 2, 1)))
    run_date = rnd.choice((date(2026, 3, 31), date(2026, 4, 6), date(2026, 5, 11)))
    return Company(
        run_date=run_date,
        policy=policy,
        employees=tuple(employees(rnd, name) for name in names),
        deals=tuple(deals(rnd, n, names) for n in range(rnd.randint(0, 12))),
        books=tuple(
            BookLine(rnd.choice(DAYS), rnd.choice(("SALES", "OVERHEADS")), rnd.choice(AMOUNTS))
            for _ in range(rnd.randint(0, 4))
        ),
        books_closed_to=rnd.choice((None, date(2026, 4, 1), run_date)),
    )


def before(rnd: Random, company: Company, night: date) -> Company:
    """The company as it was known on an earlier night: some records were late or other then."""
    known = [deal for deal in company.deals if deal.won_at.date() <= night and often(rnd)]
    deals = [deal if often(rnd) else replace(deal, amount=rnd.choice(AMOUNTS)) for deal in known]
    books = [line for line in company.books if line.day <= night and often(rnd)]
    return replace(
        company, run_date=night, deals=tuple(deals), books=tuple(books),
        books_closed_to=rnd.choice((None, night)),
    )  # fmt: skip
