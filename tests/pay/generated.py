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
from tests.pay.company import (
    BookLine,
    Company,
    CreditNote,
    Deal,
    Employee,
    Invoice,
    Post,
    Salary,
    Spell,
    at_noon,
)
from tests.pay.generated_awards import by_hand, records
from tests.pay.generated_policy import components, goals
from tests.pay.generated_values import (
    AMOUNTS,
    DAYS,
    DEAL_TYPES,
    FUNCTIONS,
    JOBS,
    LEAD_SOURCES,
    NAMES,
    RATES,
    SALARIES,
    often,
    seldom,
)  # fmt: skip

LIVE = date(2026, 1, 1)


def employees(rnd: Random, number: str) -> Employee:
    hired = rnd.choice((date(2020, 1, 1), date(2025, 12, 15), *DAYS[1:8]))
    spells = [Spell(hired)]
    if seldom(rnd):
        left = rnd.choice([day for day in DAYS if day > hired])
        spells = [Spell(hired, left)]
        if seldom(rnd):
            spells.append(Spell(left + timedelta(days=rnd.choice((1, 20)))))
    boss = rnd.choice((None, *NAMES[:2]))
    posts = [Post(hired, rnd.choice(FUNCTIONS), rnd.choice(JOBS), boss)]
    if seldom(rnd):
        moved = rnd.choice(DAYS)
        if moved > hired:
            posts.append(Post(moved, rnd.choice(FUNCTIONS), rnd.choice(JOBS), boss))
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
        type=rnd.choice(DEAL_TYPES),
        lead_source=rnd.choice(LEAD_SOURCES),
    )


def documents(rnd: Random, deals: tuple[Deal, ...]) -> tuple[list[Invoice], list[CreditNote]]:
    invoices, credit_notes = [], []
    for deal in deals:
        for number in range(rnd.choice((0, 0, 1, 2))):
            about = (f"{deal.id}-{number}", deal.id, rnd.choice(DAYS))
            money = (rnd.choice((deal.amount, abs(rnd.choice(AMOUNTS)))), deal.currency or "EUR")
            paid = rnd.choice((None, rnd.choice(DAYS)))
            invoices.append(Invoice(*about, abs(money[0]), money[1], paid))
        for number in range(rnd.choice((0, 0, 0, 0, 1, 2))):
            about = (f"R{deal.id}-{number}", deal.id, rnd.choice(DAYS))
            amount = rnd.choice((abs(deal.amount), abs(deal.amount) / 2, Decimal("0.01")))
            credit_notes.append(CreditNote(*about, amount, deal.currency or "EUR"))
    return invoices, credit_notes


def company(rnd: Random, types: tuple[str, ...] = ()) -> Company:
    """A company on a night, all of it known, nothing posted yet. `types`: the component types, some
    of all unless said, two plans each."""
    types = types or tuple(rnd.sample(sorted(plain.COMPONENTS), 5))
    names = NAMES[: rnd.randint(1, len(NAMES))]
    tiers = plain.tiers(
        "tiers", ("0", rnd.choice(RATES)), ("0.5", rnd.choice(RATES)), ("1", rnd.choice(RATES))
    )
    policy = plain.merged(
        plain.policy(),
        *(components(rnd, kind, f"{kind}_{n}") for n, kind in enumerate(types * 2)),
        {"rate_tables": [*plain.tiers("flat", ("0", rnd.choice(RATES))), *tiers,
                         *plain.tiers("personal", ("0", "0.02"), ("1", "0.11"))]},
        goals(rnd, names),
        by_hand(rnd, [f"{kind}_{n}" for n, kind in enumerate(types * 2)]),
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
    policy["payout_curves"] = [
        {"payout_curve_key": key, "point": point, "attainment": Decimal(attainment),
         "payout_rate": Decimal(rate), "interpolation": interpolation}
        for key, interpolation in (("line", "linear"), ("steps", "step"))
        for point, (attainment, rate) in enumerate(
            (("0.5", "0.3"), ("0.900001", "0.8"), ("1", "1"), ("1.5", "1.7")), 1
        )
    ]  # fmt: skip
    policy["release_shares"] = [
        {"release_schedule_key": "thirds", "share_number": number, "days_after_win": after,
         "release_share": Decimal(share)}
        for number, after, share in ((1, 0, "0.333333"), (2, 30, "0.333333"), (3, 90, "0.333334"))
    ]  # fmt: skip
    won = tuple(deals(rnd, n, names) for n in range(rnd.randint(0, 12)))
    invoices, credit_notes = documents(rnd, won)
    run_date = rnd.choice((date(2026, 3, 31), date(2026, 4, 6), date(2026, 5, 11)))
    return Company(
        run_date=run_date,
        policy=policy,
        employees=tuple(employees(rnd, name) for name in names),
        deals=won,
        records=tuple(records(rnd, names, [deal.id for deal in won])),
        invoices=tuple(invoices),
        credit_notes=tuple(credit_notes),
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
        credit_notes=tuple(note for note in company.credit_notes if often(rnd)),
        records=tuple(record for record in company.records if often(rnd)),
    )  # fmt: skip
