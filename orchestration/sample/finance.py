"""What the books show: accounts, journals that balance, invoices, credit notes, closed months."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import CURRENCIES, DIGITS, EUR_MICRO, Accounts
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.people import HISTORY_START, People
from orchestration.sample.write import Nights
from orchestration.sample.crm import sql_list

# code, name, type, class
_ACCOUNTS = (
    ("090", "Bank", "BANK", "ASSET"), ("200", "Subscription revenue", "SALES", "REVENUE"),
    ("260", "Services revenue", "REVENUE", "REVENUE"), ("310", "Hosting and delivery", "DIRECTCOSTS", "EXPENSE"),
    ("320", "Salaries of support and success", "DIRECTCOSTS", "EXPENSE"), ("400", "Marketing spend", "OVERHEADS", "EXPENSE"),
    ("477", "Salaries", "OVERHEADS", "EXPENSE"), ("480", "Office and travel", "EXPENSE", "EXPENSE"),
    ("610", "Accounts receivable", "CURRENT", "ASSET"), ("800", "Accounts payable", "CURRLIAB", "LIABILITY"),
)
# Revenue per thousand of cost, by quarter of the year; the third quarter is weak.
_MARGIN = (1270, 1300, 1210, 1330)


def account_id(code: str) -> str:
    return f"gl-{code}"


def payroll(people: People, months: list[int]) -> tuple[Ints, Ints]:
    """EUR per month for support and success, and for everybody else."""
    starts = np.asarray([clock.month_start(m) for m in months], dtype=np.int64)
    direct, other = np.zeros(len(months), dtype=np.int64), np.zeros(len(months), dtype=np.int64)
    spells = people.spells_by_employee()
    function = {p.employee: p.function for p in people.positions}
    raises: dict[int, list[Any]] = {}
    for pay in people.pay:
        raises.setdefault(pay.employee, []).append(pay)
    for employee, rows in raises.items():
        amount = np.zeros(len(months), dtype=np.int64)
        for pay in rows:
            amount[starts >= pay.start] = pay.amount // 12
        employed = np.zeros(len(months), dtype=bool)
        for spell in spells[employee]:
            employed |= (spell.hired <= starts) & (starts < spell.left)
        amount = np.where(employed, amount, 0)
        target = direct if function[employee] in ("support", "success") else other
        target += amount
    return direct, other


def ledger(people: People, deals: Deals, won: Flags, accounts: Accounts, seed: int) -> dict[str, Ints]:
    """Cents per month from 2023-01 to 2026-12: revenue, hosting, salaries, spend, office."""
    months = list(range((2023 - 1970) * 12, (2027 - 1970) * 12))
    direct, other = payroll(people, months)
    at = np.asarray(months)
    seasonal = np.asarray(_MARGIN)[at % 12 // 3] + (at - months[0])
    marketing, office = (direct + other) * 13 // 100, (direct + other) * 9 // 100
    hosting = (direct + other) * 12 // 100
    cost = direct + other + marketing + office + hosting
    return {
        "month": at, "revenue": cost * seasonal // 10, "hosting": hosting * 100 + 37, "direct": direct * 100,
        "other": other * 100, "marketing": marketing * 100 + 11, "office": office * 100 + 5,
    }


def deliver_finance(nights: Nights, people: People, deals: Deals, won: Flags, accounts: Accounts, seed: int, first_day: int) -> None:
    values = ", ".join(f"('{account_id(c)}', '{c}', '{n}', '{t}', '{k}')" for c, n, t, k in _ACCOUNTS)
    each_night = f"range({nights.nights}) as each_night(night)"
    nights.deliver(
        "finance", "account",
        f"select account_id, code, name, type, class, night from (values {values}) as a(account_id, code, name, type, class) cross join {each_night}",
        "code",
    )
    lines = _journal_lines(ledger(people, deals, won, accounts, seed), first_day)
    nights.put("lines", **lines)
    nights.deliver(
        "finance", "journal",
        """select distinct 'jnl-' || lpad(cast(journal as text), 7, '0') as journal_id, on_day(day) as journal_date,
            cast(journal as text) as journal_number, reference, instant(day * 86400 + 64800) as created_date_utc, night from lines""",
        "journal_id",
    )
    nights.deliver(
        "finance", "journal_line",
        """select 'jnl-' || lpad(cast(journal as text), 7, '0') || '-' || line as journal_line_id,
            'jnl-' || lpad(cast(journal as text), 7, '0') as journal_id, 'gl-' || code as account_id, code as account_code,
            reference as description, money(cents * 10000) as net_amount, night from lines""",
        "journal_line_id",
    )
    _deliver_invoices(nights, deals, won, accounts, first_day)
    months = list(range((2023 - 1970) * 12, (2027 - 1970) * 12))
    starts = [clock.month_start(m) for m in months]
    nights.put("periods", start=starts, finish=[clock.month_start(m + 1) - 1 for m in months], closes=[closing_day(m) for m in months])
    nights.deliver(
        "finance", "accounting_period",
        f"""select 'ap-' || strftime(on_day(start), '%Y-%m') as id, strftime(on_day(start), '%b %Y') as periodname,
            on_day(start) as startdate, on_day(finish) as enddate, closes <= {first_day - 1} + night as closed, night
        from periods cross join {each_night}""",
        "id",
    )
    nights.forget("lines", "periods")


def closing_day(month: int) -> int:
    """Books of a month close on the fifth working day of the next; December 2025 on the second."""
    working = [d for d in range(clock.month_start(month + 1), clock.month_start(month + 1) + 15) if (d + 3) % 7 < 5]
    return working[1] if month == (2025 - 1970) * 12 + 11 else working[4]


def _journal_lines(book: dict[str, Ints], first_day: int) -> dict[str, list[Any]]:
    """Revenue on each working day, costs on the month's last; every journal sums to zero."""
    lines: dict[str, list[Any]] = {k: [] for k in ("journal", "line", "day", "reference", "code", "cents", "night")}
    journal = 0

    def post(day: int, reference: str, legs: list[tuple[str, int]]) -> None:
        nonlocal journal
        journal += 1
        for at, (code, cents) in enumerate(legs):
            row = (journal, at + 1, day, reference, code, cents, max(day - first_day + 1, 0))
            for column, value in zip(lines.values(), row, strict=True):
                column.append(value)

    for at, month in enumerate(book["month"]):
        month = int(month)
        first, after = clock.month_start(month), clock.month_start(month + 1)
        days = [d for d in range(first, after) if (d + 3) % 7 < 5]
        revenue = int(book["revenue"][at])
        part = revenue // len(days)
        for d in days:
            today = part + (revenue - part * len(days) if d == days[-1] else 0)
            services = today // 8
            post(d, "Revenue of the day", [("610", today), ("200", -(today - services)), ("260", -services)])
        direct, other = int(book["direct"][at]), int(book["other"][at])
        post(days[-1], "Payroll", [("320", direct), ("477", other), ("800", -direct - other)])
        costs = [("310", int(book["hosting"][at])), ("400", int(book["marketing"][at])), ("480", int(book["office"][at]))]
        post(days[-1], "Costs of the month", [*costs, ("800", -sum(c for _, c in costs))])
    return lines


def _deliver_invoices(nights: Nights, deals: Deals, won: Flags, accounts: Accounts, first_day: int) -> None:
    rows = np.nonzero(won)[0]
    day = clock.working_day(deals.closes[rows] + 2)
    nights.put(
        "invoices",
        n=deals.number[rows], account=deals.account[rows], day=day, micro=deals.micro[rows],
        currency=accounts.currency[deals.account[rows]], refunded=deals.number[rows] % 53 == 17,
        night=np.maximum(day - first_day + 1, 0),
    )
    nights.deliver(
        "finance", "invoice",
        f"""select 'inv-' || (n + 1) as invoice_id, id18('001', account) as contact_id, 'INV-' || lpad(cast(n + 1 as text), 7, '0') as invoice_number,
            id18('006', n) as reference, on_day(day) as date, on_day(day + 30) as due_date,
            case when day + 32 < {first_day} then on_day(day + 32) end as fully_paid_on_date,
            money(micro) as sub_total, money(micro) as total, {sql_list(CURRENCIES)}[currency + 1] as currency_code,
            case when day + 32 < {first_day} then 'PAID' else 'AUTHORISED' end as status, 'ACCREC' as type,
            instant(day * 86400 + 39600) as updated_date_utc, night from invoices""",
    )
    nights.deliver(
        "finance", "credit_note",
        f"""select 'crn-' || (n + 1) as credit_note_id, id18('001', account) as contact_id, id18('006', n) as reference,
            on_day(day + 45) as date, money(micro) as sub_total, money(micro) as total,
            {sql_list(CURRENCIES)}[currency + 1] as currency_code, 'PAID' as status, 'ACCRECCREDIT' as type,
            instant((day + 45) * 86400 + 39600) as updated_date_utc, greatest(day + 46 - {first_day}, 0) as night
        from invoices where refunded""",
    )
    nights.forget("invoices")
