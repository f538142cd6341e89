"""Companies changed in a way whose effect on pay is known beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.pay.company import OPEN_END, Company, Employee, Post, Row, Salary, Spell
from tests.pay.plain import BEGINNING

_YEAR = timedelta(days=365)
_MONEY = (
    "quota_amount", "target_amount", "fixed_amount", "minimum_payment_amount", "order_cap_amount",
    "order_fixed_amount", "period_cap_amount", "award_amount", "prize_amount", "budget_amount",
    "bonus_amount", "draw_amount", "override_amount", "adjustment_amount",
)  # fmt: skip
_OF_PEOPLE = ("project_members", "draws", "overrides", "adjustments", "employee_ratings",
              "plan_signatures")  # fmt: skip
_NAMES = (
    "giver_email", "receiver_email", "approved_by_email", "mentor_email", "mentee_email",
    "giver_employee_key", "taker_employee_key", "employee_key", "identity_value",
    "counterparty_identity_value", "owner_user_id_crm", "owner_email",
)  # fmt: skip


def rows_changed(company: Company, table: str, change: Callable[[Row], Row]) -> Company:
    rows = [change(dict(row)) for row in company.policy.get(table, ())]
    return replace(company, policy={**company.policy, table: rows})


def without_orders(company: Company) -> Company:
    """Nothing that is decided per order, where a cent may go to another deal or colleague, and
    nothing that counts deals."""

    def plainly(row: Row) -> Row:
        said = {"order_cap_amount": None, "order_fixed_amount": None, "release_rule": None}
        return {**row, **said}

    def whole(row: Row) -> Row:
        is_by_deal = row.get("pool_scope") == "deal"
        return {**row, "pool_scope": None, "segment": None} if is_by_deal else row

    plain = rows_changed(rows_changed(company, "plan_components", plainly), "pools", whole)
    plain = replace(plain, policy={**plain.policy, "spifs": [], "projects": []})
    return replace(plain, credit_notes=(), invoices=())


def about_no_deal(company: Company) -> Company:
    """Nothing that names a deal: neither an override nor a part in it."""
    records = tuple(one for one in company.records if "opportunity_key" not in one[1])
    return replace(company, records=records, policy={**company.policy, "overrides": []})


def never_forgiven(company: Company) -> Company:
    """What is owed of a draw stays owed: who earns more owes less, and less is forgiven."""
    draws = [row for row in company.policy.get("draws", ()) if row["draw_type"] != "forgiveness"]
    return replace(company, policy={**company.policy, "draws": draws})


def marginal(company: Company) -> Company:
    """No tier re-rates what lies below it."""
    return rows_changed(company, "plan_components", lambda row: {**row, "tier_method": "marginal"})


def without_gates(company: Company) -> Company:
    return replace(company, policy={**company.policy, "pay_gates": []})


def in_euros(company: Company) -> Company:
    employees = tuple(
        replace(one, salaries=tuple(replace(pay, currency="EUR") for pay in one.salaries))
        for one in company.employees
    )
    deals = tuple(
        replace(deal, currency="EUR", amount=round(deal.amount, 2)) for deal in company.deals
    )
    return replace(company, employees=employees, deals=deals)


def shuffled(given: dict[str, list[Row]], rnd: Random) -> dict[str, list[Row]]:
    """The same rows in another order, their columns too."""
    found = {}
    for relation in rnd.sample(sorted(given), len(given)):
        rows = [dict(rnd.sample(list(row.items()), len(row))) for row in given[relation]]
        found[relation] = rnd.sample(rows, len(rows))
    return found


def renamed(company: Company, prefix: str) -> Company:
    """Everybody under another number, in the same order by number."""

    def name(who: Any) -> Any:
        return None if who is None else f"{prefix}{who}"

    deals = tuple(
        replace(
            deal,
            **{
                book: {name(who): share for who, share in getattr(deal, book).items()}
                for book in ("hard", "overlay", "contribution")
            },
        )
        for deal in company.deals
    )

    def assignee(row: Row) -> Row:
        is_person = row["assignee_type"] == "employee"
        return {**row, "assignee_code": name(row["assignee_code"])} if is_person else row

    def employee(row: Row) -> Row:
        return {**row, "employee_number": name(row["employee_number"])}

    changed = rows_changed(rows_changed(company, "quotas", assignee), "plan_assignments", assignee)
    for table in _OF_PEOPLE:
        changed = rows_changed(changed, table, employee)
    records = tuple(
        (relation, {key: name(value) if key in _NAMES else value for key, value in row.items()})
        for relation, row in company.records
    )
    employees = tuple(
        replace(
            one,
            number=name(one.number),
            posts=tuple(replace(post, manager=name(post.manager)) for post in one.posts),
        )
        for one in company.employees
    )
    return replace(changed, employees=employees, deals=deals, records=records)


def with_idle(company: Company) -> Company:
    """Somebody more, who sells nothing, helps nobody and has no pay."""
    hired = date(2020, 1, 1)
    idle = Employee("zed", (Spell(hired),), (Post(hired, "product", "idle"),), (Salary(hired, 0),))
    return replace(company, employees=(*company.employees, idle))


def a_year_later(value: Any) -> Any:
    """Every date a year on, beginnings and open ends apart; both years have the same days."""
    if isinstance(value, datetime):
        return value + _YEAR
    if isinstance(value, date):
        return value if value in (OPEN_END, BEGINNING) else value + _YEAR
    if isinstance(value, str) and value[:4] in ("2025", "2026"):
        return f"{int(value[:4]) + 1}{value[4:]}"
    if isinstance(value, dict):
        calendar = "fiscal_calendar"
        return {k: v if k == calendar else a_year_later(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(a_year_later(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: a_year_later(getattr(value, one.name)) for one in fields(value)}
        return replace(value, **changed)
    return value


def scaled(company: Company, by: int) -> Company:
    """All amounts of deals, goals, pools, pay and books times `by`."""
    changed = company
    for table in ("quotas", "targets", "pools", "plan_components", "recognition_rules",
                  "mentor_rules", "draws", "overrides", "adjustments"):  # fmt: skip
        changed = rows_changed(
            changed,
            table,
            lambda row: row | {name: row[name] * by for name in _MONEY if row.get(name)},
        )
    employees = tuple(
        replace(
            one,
            salaries=tuple(
                replace(pay, annual_minor=pay.annual_minor * by) for pay in one.salaries
            ),
        )
        for one in changed.employees
    )
    deals = tuple(replace(deal, amount=deal.amount * by) for deal in changed.deals)
    books = tuple(replace(line, net_amount=line.net_amount * by) for line in changed.books)
    return replace(changed, employees=employees, deals=deals, books=books)


def unsplit(company: Company) -> Company:
    """Every deal is one owner's and one contributor's, so that no credit is rounded."""
    deals = tuple(
        replace(
            deal, hard={min(deal.hard): None}, overlay={},
            contribution=dict(list(deal.contribution.items())[:1]),
        )
        for deal in company.deals
    )  # fmt: skip
    return replace(company, deals=deals)


def in_parts(company: Company, rnd: Random) -> tuple[Company, Company]:
    """Deals of one owner, and the same deals each entered as two."""
    wholes, parts = [], []
    for deal in unsplit(company).deals:
        whole = replace(deal, contribution={})
        part = round(whole.amount * Decimal(rnd.randint(1, 99)) / 100, 2)
        wholes.append(whole)
        parts.append(replace(whole, amount=part))
        parts.append(replace(whole, id=f"{whole.id}b", amount=whole.amount - part))
    return replace(company, deals=tuple(wholes)), replace(company, deals=tuple(parts))
