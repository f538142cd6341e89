"""What the books show: accounts, journals that balance, invoices, credit notes, closed months."""

from __future__ import annotations

import numpy as np

from orchestration.sample import clock
from orchestration.sample.accounts import CURRENCIES
from orchestration.sample.bend import Bent
from orchestration.sample.deals import Deals
from orchestration.sample.draws import Flags, Ints
from orchestration.sample.ledger import ACCOUNTS, MONTHS, Book, closing_day, journal_lines
from orchestration.sample.write import Nights, last_of_night, sql_list

_CURRENCY = f"{sql_list(CURRENCIES)}[currency + 1]"
PAYMENT_DAYS = 32


def deliver_finance(nights: Nights, book: Book, deals: Deals, won: Flags, bent: Bent) -> None:
    """Write every finance table; `book` is in cents, deals in millionths of their currency."""
    each_night = f"range({nights.nights}) as each_night(night)"
    values = ", ".join(f"('gl-{c}', '{c}', '{n}', '{t}', '{k}')" for c, n, t, k in ACCOUNTS)
    nights.deliver(
        "finance", "account",
        f"""select account_id, code, name, type, class, night
        from (values {values}) as a(account_id, code, name, type, class) cross join {each_night}""",
        "code",
    )  # fmt: skip
    _deliver_journals(nights, book)
    _deliver_invoices(nights, deals, won)
    _deliver_credit_notes(nights, deals, won, bent)
    starts = [clock.month_start(int(month)) for month in MONTHS]
    nights.put(
        "periods", start=starts, until=[clock.month_start(int(month) + 1) - 1 for month in MONTHS],
        closes=[closing_day(int(month)) for month in MONTHS],
    )  # fmt: skip
    nights.deliver(
        "finance", "accounting_period",
        f"""select 'ap-' || strftime(on_day(start), '%Y-%m') as id,
            strftime(on_day(start), '%b %Y') as periodname, on_day(start) as startdate,
            on_day(until) as enddate, closes <= {nights.first_day - 1} + night as closed, night
        from periods cross join {each_night}""",
        "id",
    )  # fmt: skip
    nights.forget("periods")


def _deliver_journals(nights: Nights, book: Book) -> None:
    lines = journal_lines(book, nights.first_day + nights.nights - 2)
    types = {
        "journal": "int64", "line": "int64", "day": "int64", "reference": "string",
        "code": "string", "cents": "int64", "night": "int64",
    }  # fmt: skip
    nights.put_rows("lines", types, [(*line, nights.night_of_day(line[2])) for line in lines])
    journal = "'jnl-' || lpad(cast(journal as text), 7, '0')"
    nights.deliver(
        "finance", "journal",
        f"""select {journal} as journal_id, on_day(day) as journal_date,
            cast(journal as text) as journal_number, reference,
            instant(day * 86400 + 64800) as created_date_utc, night from lines where line = 1""",
        "journal_id",
    )  # fmt: skip
    nights.deliver(
        "finance", "journal_line",
        f"""select {journal} || '-' || line as journal_line_id, {journal} as journal_id,
            'gl-' || code as account_id, code as account_code, reference as description,
            money(cents * 10000) as net_amount, night from lines""",
        "journal_line_id",
    )  # fmt: skip
    nights.forget("lines")


def _deliver_invoices(nights: Nights, deals: Deals, won: Flags) -> None:
    """An invoice two days after each win, paid a month later."""
    sold = np.nonzero(won)[0]
    row, step = np.repeat(sold, 2), np.tile(np.asarray([0, 1]), len(sold))
    day = clock.working_day(deals.closes[row] + 2)
    changed = day + step * PAYMENT_DAYS
    night = np.maximum(changed - nights.first_day + 1, 0)
    shown = last_of_night(row, night)
    row, step, day, changed, night = (c[shown] for c in (row, step, day, changed, night))
    nights.put(
        "invoices", n=deals.number[row], account=deals.account[row], day=day, paid=step == 1,
        micro=deals.micro[row], currency=deals.currency[row], changed=changed, night=night,
    )  # fmt: skip
    nights.deliver(
        "finance", "invoice",
        f"""select 'inv-' || (n + 1) as invoice_id, id18('001', account) as contact_id,
            'INV-' || lpad(cast(n + 1 as text), 7, '0') as invoice_number,
            id18('006', n) as reference, on_day(day) as date, on_day(day + 30) as due_date,
            case when paid then on_day(changed) end as fully_paid_on_date,
            money(micro) as sub_total, money(micro) as total, {_CURRENCY} as currency_code,
            case when paid then 'PAID' else 'AUTHORISED' end as status, 'ACCREC' as type,
            instant(changed * 86400 + 39600) as updated_date_utc, night from invoices""",
    )  # fmt: skip
    nights.forget("invoices")


def refunds(deals: Deals, won: Flags, bent: Bent, first_day: int) -> tuple[Ints, Ints, Ints]:
    """(rows of deals, day, millionths of the currency): one win in fifty, half of them in part."""
    usual = np.nonzero(won & (deals.number % 53 == 17))[0]
    usual = np.setdiff1d(usual, bent.all)
    halves = deals.micro[usual] // 10_000_000 * 4_000_000
    parts = [
        (usual, deals.closes[usual] + 45, np.where(usual % 2 == 0, deals.micro[usual], halves))
    ]
    for kind, tenths in (
        ("refunded", 10),
        ("refunded_in_part", 4),
        ("refunded_in_later_night", 10),
    ):
        rows = np.asarray(bent.of(kind), dtype=np.int64)
        day = np.minimum(deals.closes[rows] + 20, first_day - 4)
        if kind == "refunded_in_later_night":
            day = np.full(len(rows), first_day + 2)
        part = deals.micro[rows] // 10_000_000 * 1_000_000 * tenths
        parts.append((rows, day, deals.micro[rows] if tenths == 10 else part))
    row, day, micro = (np.concatenate(column) for column in zip(*parts, strict=True))
    return row, clock.working_day(day), micro


def _deliver_credit_notes(nights: Nights, deals: Deals, won: Flags, bent: Bent) -> None:
    row, day, micro = refunds(deals, won, bent, nights.first_day)
    nights.put(
        "notes", n=deals.number[row], account=deals.account[row], day=day, micro=micro,
        currency=deals.currency[row], night=np.maximum(day - nights.first_day + 1, 0),
    )  # fmt: skip
    nights.deliver(
        "finance", "credit_note",
        f"""select 'crn-' || (n + 1) as credit_note_id, id18('001', account) as contact_id,
            id18('006', n) as reference, on_day(day) as date, money(micro) as sub_total,
            money(micro) as total, {_CURRENCY} as currency_code, 'PAID' as status,
            'ACCRECCREDIT' as type, instant(day * 86400 + 39600) as updated_date_utc, night
        from notes""",
        "credit_note_id",
    )  # fmt: skip
    nights.forget("notes")
