"""The books: what pay gates and profit pools are measured by."""

from functools import partial

from expectations import rules as must
from expectations.gate import Gate, Versions
from expectations.landing.bounds import (
    EARLIEST_DATE,
    LARGEST_AMOUNT,
    LATEST_DATE,
    NIGHT,
    SILENT_DAYS,
)
from expectations.landing.stories import tell_one_story

# as Xero names them; other books have types of their own
_REVENUE_TYPES = "('OTHERINCOME', 'REVENUE', 'SALES')"
_EXPENSE_TYPES = "('DEPRECIATN', 'DIRECTCOSTS', 'EXPENSE', 'OVERHEADS')"

_gate = partial(Gate, layer="landing.finance")

GATES = (
    _gate(
        table="raw_finance.account",
        opens="what is revenue and what is cost",
        at_least_rows=1,
        rules=lambda: [
            must.always_have("account_id", "name", "type", "class"),
            must.be_identifiers("account_id"),
            must.have_one_story_per("account_id"),
            must.have_no_rows_where(
                f"(upper(type) in {_REVENUE_TYPES} and upper(class) <> 'REVENUE') "
                f"or (upper(type) in {_EXPENSE_TYPES} and upper(class) <> 'EXPENSE')",
                because="of its type and its class one is wrong, and gross profit with it (G09)",
            ),
            must.stay_in(
                "before_finance.account",
                "account_id",
                "type",
                "class",
                because="an account that turns from cost to revenue moves pay gates and pools",
            ),
            must.not_return_under_another("account_id", before="before_finance.account"),
        ],
    ),
    _gate(
        table="raw_finance.journal",
        opens="when the books moved",
        at_least_rows=1,
        versions=Versions(key=("journal_id",)),
        rules=lambda: [
            must.always_have("journal_id", "journal_date", "created_date_utc"),
            must.be_identifiers("journal_id"),
            tell_one_story("journal_id"),
            must.be_between("journal_date", EARLIEST_DATE, LATEST_DATE),
            must.be_as_fresh_as(NIGHT, by="_landed_run_date", within_days=SILENT_DAYS),
        ],
    ),
    _gate(
        table="raw_finance.journal_line",
        opens="revenue and gross operating profit",
        at_least_rows=1,
        versions=Versions(key=("journal_line_id",)),
        rules=lambda: [
            must.always_have("journal_line_id", "journal_id", "account_id", "net_amount"),
            must.be_identifiers("journal_line_id", "journal_id", "account_id"),
            tell_one_story("journal_line_id"),
            must.be_between("net_amount", -LARGEST_AMOUNT, LARGEST_AMOUNT),
            must.have_no(
                "journal whose lines do not cancel",
                "select 1 from true_rows group by journal_id having sum(net_amount) <> 0",
                because="half an extract would move a pay gate (D06)",
            ),
            must.refer_to("account_id", "raw_finance.account.account_id"),
            must.refer_to(
                "journal_id",
                "raw_finance.journal.journal_id",
                because="a line without its journal has no date and is in no period",
            ),
        ],
    ),
    _gate(
        table="raw_finance.invoice",
        opens="what customers were billed",
        at_least_rows=0,
        versions=Versions(key=("invoice_id",), by="updated_date_utc"),
        rules=lambda: [
            must.always_have(
                "invoice_id",
                "date",
                "sub_total",
                "total",
                "currency_code",
                "status",
                "type",
                "updated_date_utc",
            ),
            must.be_identifiers("invoice_id", "contact_id"),
            tell_one_story("invoice_id", version="updated_date_utc"),
            must.be_one_of("type", ["ACCREC", "ACCPAY"]),
            must.be_between("total", -LARGEST_AMOUNT, LARGEST_AMOUNT),
        ],
    ),
    _gate(
        table="raw_finance.credit_note",
        opens="what was credited back",
        at_least_rows=0,
        versions=Versions(key=("credit_note_id",), by="updated_date_utc"),
        rules=lambda: [
            must.always_have("credit_note_id"),
            must.be_identifiers("credit_note_id", "contact_id"),
            tell_one_story("credit_note_id", version="updated_date_utc"),
            must.be_one_of("type", ["ACCRECCREDIT", "ACCPAYCREDIT"]),
            must.be_between("sub_total", -LARGEST_AMOUNT, LARGEST_AMOUNT),
            must.be_between("total", -LARGEST_AMOUNT, LARGEST_AMOUNT),
        ],
    ),
    _gate(
        table="raw_finance.accounting_period",
        opens="which periods are closed",
        at_least_rows=0,
        rules=lambda: [
            must.always_have("id", "startdate", "enddate", "closed"),
            must.be_identifiers("id"),
            must.have_one_story_per("id"),
            must.stay_in(
                "before_finance.accounting_period",
                "id",
                "startdate",
                "enddate",
                because="a period that moves takes its days from another",
            ),
            must.not_return_under_another("id", before="before_finance.accounting_period"),
            must.have_no_rows_where("enddate < startdate", because="a period has days"),
        ],
    ),
)
