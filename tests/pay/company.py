"""A small company, as records: what the models of pay and the second opinion are both given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import md5
from typing import Any

OPEN_END = date(9999, 12, 31)
Row = dict[str, Any]
Policy = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Spell:
    """Employment; `left` is the first day it is over."""

    hired: date
    left: date = OPEN_END


@dataclass(frozen=True)
class Post:
    """Function, job and manager from a day on, until the next post or the end of the spell."""

    since: date
    function: str = "sales"
    job: str = "representative"
    manager: str | None = None


@dataclass(frozen=True)
class Salary:
    """Annual base pay in minor units from a day on, until the next one."""

    since: date
    annual_minor: int
    currency: str = "EUR"


@dataclass(frozen=True)
class Employee:
    """Their number is their key and their name in every system: ties are broken by it."""

    number: str
    spells: tuple[Spell, ...]
    posts: tuple[Post, ...]
    salaries: tuple[Salary, ...]


@dataclass(frozen=True)
class Deal:
    """A won deal. hard: percentages by employee, or {owner: None} for a deal without splits;
    overlay: percentages; contribution: whole weights, None for nobody."""

    id: str
    won_at: datetime
    amount: Decimal
    currency: str | None = "EUR"
    hard: Mapping[str, Decimal | None] = field(default_factory=dict)
    overlay: Mapping[str, Decimal] = field(default_factory=dict)
    contribution: Mapping[str | None, int] = field(default_factory=dict)
    type: str | None = None
    lead_source: str | None = None


@dataclass(frozen=True)
class Invoice:
    """To the customer of a deal; `paid` when it was paid."""

    id: str
    deal: str
    day: date
    amount: Decimal
    currency: str = "EUR"
    paid: date | None = None


@dataclass(frozen=True)
class CreditNote:
    """What the customer of a deal got back."""

    id: str
    deal: str
    day: date
    amount: Decimal
    currency: str = "EUR"


@dataclass(frozen=True)
class BookLine:
    """A line of the general ledger, signed as the books write it: income is negative."""

    day: date
    account_type: str
    net_amount: Decimal


@dataclass(frozen=True)
class Company:
    """`records` is what people did beside their deals, as rows of the tables it stands in
    (tests/pay/records.py); `ledger` is what earlier closes posted, as rows of raw_ledger.entry; the
    books are closed up to `books_closed_to`, exclusive."""

    run_date: date
    policy: Policy = field(repr=False)
    employees: tuple[Employee, ...] = ()
    deals: tuple[Deal, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    books: tuple[BookLine, ...] = ()
    records: tuple[tuple[str, Row], ...] = ()
    ledger: tuple[Row, ...] = ()
    books_closed_to: date | None = None


def tables(company: Company) -> dict[str, list[Row]]:
    """The company as rows of the tables that stand before the models of pay."""
    staged: dict[str, list[Row]] = {
        "raw_night.run": [{"run_date": company.run_date, "release_id": "r"}],
        "raw_ledger.entry": [
            {**row, "_landed_run_date": company.run_date, "_landing_sequence": 1}
            for row in company.ledger
        ],
    }
    for name, rows in company.policy.items():
        staged[f"raw_policy.{name}"] = [dict(row) for row in rows]
    for employee in company.employees:
        for relation, row in _employee_rows(employee):
            staged.setdefault(relation, []).append(row)
    for deal in company.deals:
        for relation, row in _deal_rows(deal):
            staged.setdefault(relation, []).append(row)
    staged["staging.stg_finance__invoices"] = [_invoice_row(one) for one in company.invoices]
    staged["staging.stg_finance__credit_notes"] = [
        {
            "credit_note_id_finance": note.id, "reference": note.deal,
            "credit_note_date": note.day, "document_type": "ACCRECCREDIT",
            "status": "AUTHORISED", "currency_code": note.currency, "amount": note.amount,
        }
        for note in company.credit_notes
    ]  # fmt: skip
    for relation, row in company.records:
        staged.setdefault(relation, []).append(row)
    for number, line in enumerate(company.books):
        for relation, row in _book_rows(f"j{number:05d}", line):
            staged.setdefault(relation, []).append(row)
    if company.books_closed_to is not None:
        staged["staging.stg_finance__accounting_periods"] = [
            {
                "accounting_period_id_finance": "closed",
                "start_date": date(2000, 1, 1),
                "end_date": company.books_closed_to - timedelta(days=1),
                "is_closed": True,
            }
        ]
    return staged


def held_posts(employee: Employee) -> list[tuple[Post, date, date]]:
    """Each post with the span it was held in, only while employed."""
    posts = sorted(employee.posts, key=lambda post: post.since)
    ends = [post.since for post in posts[1:]] + [OPEN_END]
    spans = [
        (post, max(post.since, spell.hired), min(end, spell.left))
        for post, end in zip(posts, ends, strict=True)
        for spell in employee.spells
    ]
    return sorted((span for span in spans if span[1] < span[2]), key=lambda span: span[1])


def _employee_rows(employee: Employee) -> Iterator[tuple[str, Row]]:
    key = {"employee_key": employee.number}
    known = {**key, "employee_number": employee.number}
    yield "intermediate.int_identity__employees", {**known, "employee_name": employee.number}
    for system in ("crm", "collaboration", "product_usage", "support"):
        yield (
            "intermediate.int_identity__employee_identities",
            {
                "system": system, "identity_value": employee.number, **key,
                "valid_from_date": date(1900, 1, 1), "valid_to_date": OPEN_END,
            },
        )  # fmt: skip
    for spell in employee.spells:
        last = OPEN_END if spell.left == OPEN_END else spell.left - timedelta(days=1)
        yield (
            "intermediate.int_identity__employee_spells",
            {
                **known, "hire_date": spell.hired, "termination_date": last,
                "valid_from_date": spell.hired, "valid_to_date": spell.left,
            },
        )  # fmt: skip
    for post, since, until in held_posts(employee):
        yield (
            "intermediate.int_identity__employee_history",
            {
                **known, "function": post.function, "team": post.function, "fte_rate": 1,
                "job_profile_id": post.job, "manager_employee_key": post.manager,
                "valid_from_date": since, "valid_to_date": until,
            },
        )  # fmt: skip
    salaries = sorted(employee.salaries, key=lambda salary: salary.since)
    ends = [salary.since for salary in salaries[1:]] + [OPEN_END]
    for salary, until in zip(salaries, ends, strict=False):
        yield (
            "intermediate.int_identity__employee_compensation",
            {
                **key, "annual_base_pay_minor": salary.annual_minor,
                "currency_code": salary.currency,
                "valid_from_date": salary.since, "valid_to_date": until,
            },
        )  # fmt: skip


def _deal_rows(deal: Deal) -> Iterator[tuple[str, Row]]:
    owner = min(deal.hard, default=None)
    stands = {"is_closed": True, "is_won": True, "owner_user_id_crm": owner}
    yield (
        "staging.stg_crm__opportunities",
        {
            "opportunity_id_crm": deal.id, "opportunity_name": deal.id, "account_id_crm": "a",
            "stage_name": "Closed Won", "amount": deal.amount, "currency_code": deal.currency,
            "created_at": deal.won_at - timedelta(days=60), "close_date": deal.won_at.date(),
            "modified_at": deal.won_at, "known_at": deal.won_at.date(), **stands,
            "opportunity_type": deal.type, "lead_source": deal.lead_source,
        },
    )  # fmt: skip
    yield (
        "intermediate.int_funnel__opportunity_changes",
        {
            "opportunity_id_crm": deal.id, "changed_at": deal.won_at, "stage_name": "Closed Won",
            "was_closed": False, "was_won": False, "change_number": 2, **stands,
        },
    )  # fmt: skip
    splits = [("Revenue", who, share) for who, share in deal.hard.items() if share is not None]
    splits += [("Overlay", who, share) for who, share in deal.overlay.items()]
    for split_type, who, share in splits:
        yield (
            "staging.stg_crm__opportunity_splits",
            {
                "opportunity_id_crm": deal.id, "split_type": split_type,
                "opportunity_split_id_crm": f"{deal.id}:{split_type}:{who}",
                "owner_user_id_crm": who, "split_percentage": share,
                "first_told_at": deal.won_at, "known_at": deal.won_at.date(),
            },
        )  # fmt: skip
    for who, weight in deal.contribution.items():
        yield (
            "intermediate.int_contribution__path_participants",
            {
                "opportunity_key": opportunity_key(deal.id), "employee_key": who,
                "function": "unassigned" if who is None else "marketing",
                "linear_units": weight, "touch_count": 1,
                "first_touch_at": deal.won_at, "last_touch_at": deal.won_at,
            },
        )  # fmt: skip


def _invoice_row(invoice: Invoice) -> Row:
    return {
        "invoice_id_finance": invoice.id, "invoice_number": invoice.id, "reference": invoice.deal,
        "invoice_date": invoice.day, "paid_date": invoice.paid, "document_type": "ACCREC",
        "status": "AUTHORISED" if invoice.paid is None else "PAID",
        "currency_code": invoice.currency, "amount": invoice.amount,
    }  # fmt: skip


def _book_rows(number: str, line: BookLine) -> Iterator[tuple[str, Row]]:
    yield (
        "staging.stg_finance__journals",
        {"journal_id_finance": number, "journal_date": line.day},
    )
    yield (
        "staging.stg_finance__accounts",
        {"account_id_finance": number, "account_type": line.account_type},
    )
    yield (
        "staging.stg_finance__journal_lines",
        {
            "journal_id_finance": number, "journal_line_id_finance": number,
            "account_id_finance": number, "net_amount": line.net_amount,
        },
    )  # fmt: skip


def opportunity_key(deal_id: str) -> str:
    """As the warehouse names a deal."""
    return md5(deal_id.encode()).hexdigest()


def at_noon(day: date) -> datetime:
    """An instant that is the same day in every zone of Europe."""
    return datetime.combine(day, time(12))
