"""Customers in the second opinion: what they got back of a deal, and what they were billed and
have paid of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.pay.facts import Facts, Row
from tests.pay.opinion_money import minor, rounded, shared

if TYPE_CHECKING:
    from tests.pay.opinion_terms import Company

_STANDS = ("AUTHORISED", "PAID")


def _digits(facts: Facts, currency: str) -> int | None:
    for row in facts.policy["currencies"]:
        if row["currency_code"] == currency:
            return row["minor_digits"]
    return None


def transactions(facts: Facts) -> list[Row]:
    """Credits that are paid one by one, with net_minor: as somebody put it or as they are, less
    what the customer got back (returned_minor, of what the records credit)."""
    returned = _returned(facts)
    deals = {deal["opportunity_key"]: deal for deal in facts.opportunities}
    stated = _overridden(facts)
    books: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for credit in facts.credits:
        if credit["book"] != "contribution":
            books[credit["opportunity_key"], credit["book"]].append(credit)
    return [
        net for (deal, _), credits in books.items()
        for net in _net(credits, returned.get(deal, 0), deals.get(deal), stated)
    ]  # fmt: skip


Stated = dict[tuple[str, str, str], int]  # by deal, employee and book


def _overridden(facts: Facts) -> Stated:
    """Credited amounts that somebody put in the place of the records' while it is in force; of
    two for one credit the one with the higher id stands (M09)."""
    deals = {deal["opportunity_id_crm"]: deal["opportunity_key"] for deal in facts.opportunities}
    keys = {row["employee_number"]: row["employee_key"] for row in facts.employees}
    found: Stated = {}
    for row in sorted(facts.policy["overrides"], key=lambda row: row["override_id"]):
        deal, employee = deals.get(row["opportunity_id"]), keys.get(row["employee_number"])
        is_in_force = row["valid_from_date"] <= facts.run_date < row["valid_to_date"]
        if row["overridden_input"] == "credited_amount" and is_in_force and deal and employee:
            digits = _digits(facts, row["currency_code"]) or 0
            found[deal, employee, row["book"]] = minor(row["override_amount"], digits)
    return found


def _net(credits: list[Row], returned: int, deal: Row | None, stated: Stated) -> Iterator[Row]:
    """A book gives back the part of it that the deal gave back, spread as it was credited."""
    parts: dict[str, int] = {}
    if returned and deal:
        weights = {row["credit_key"]: row["plan_credited_amount_minor"] for row in credits}
        part = Fraction(returned * sum(weights.values()), deal["plan_amount_minor"])
        parts = shared(rounded(part), weights)
    for row in credits:
        source, back = row["plan_credited_amount_minor"], parts.get(row["credit_key"], 0)
        net = source - back
        instead = stated.get((row["opportunity_key"], row["employee_key"] or "", row["book"]))
        if instead is not None:
            # a refund takes its part of what was put in the place, too
            net = rounded(Fraction(instead * net, source)) if source > 0 else instead - back
        yield {**row, "net_minor": net, "returned_minor": back}


def _returned(facts: Facts) -> dict[str, int]:
    """What each deal gave back, at the deal's own rate and never more than it was (M02, M10)."""
    deals = {deal["opportunity_id_crm"]: deal for deal in facts.opportunities}
    invoices = {row["invoice_number"]: row["reference"] for row in facts.invoices}
    noted: dict[str, int] = defaultdict(int)
    for note in facts.credit_notes:
        reference = note["reference"]
        deal = deals.get(reference) or deals.get(invoices.get(reference))
        if deal is None or deal["amount_minor"] <= 0 or note["document_type"] != "ACCRECCREDIT":
            continue
        currency = note["currency_code"] or deal["plan_currency_code"]
        day = note["credit_note_date"]
        if (
            note["status"] in _STANDS
            and day is not None
            and day <= facts.run_date
            and currency == deal["currency_code"]
            and note["amount"] is not None
        ):
            noted[reference if reference in deals else invoices[reference]] += minor(
                note["amount"], _digits(facts, currency) or 0
            )
    return {
        deals[key]["opportunity_key"]: rounded(
            Fraction(
                deals[key]["plan_amount_minor"] * min(amount, deals[key]["amount_minor"]),
                deals[key]["amount_minor"],
            )
        )
        for key, amount in noted.items()
    }


def invoiced_parts(
    company: Company, deal_key: str, is_paid_asked: bool
) -> list[tuple[str, int, int, int, str | None]]:
    """Spans of a deal's amount: one an invoice, in their order, and what is not invoiced yet."""
    facts = company.facts
    (deal,) = (row for row in facts.opportunities if row["opportunity_key"] == deal_key)
    whole, currency = deal["amount_minor"], deal["currency_code"]
    if whole <= 0:
        return []
    billed = sorted(
        (
            row for row in facts.invoices
            if row["reference"] == deal["opportunity_id_crm"]
            and (row["currency_code"] or deal["plan_currency_code"]) == currency
            and row["document_type"] == "ACCREC"
            and row["status"] in _STANDS
            and row["invoice_date"] <= facts.run_date
        ),
        key=lambda row: (row["invoice_date"], row["invoice_id_finance"]),
    )  # fmt: skip
    found, lower, total = [], 0, 0
    for row in billed:
        total += minor(row["amount"], company.people.digits(currency))
        upper = min(whole, total)
        is_paid = row["paid_date"] is not None and row["paid_date"] <= facts.run_date
        reason = "not_paid_by_customer" if is_paid_asked and not is_paid else None
        found.append((f"invoice {row['invoice_id_finance']}", lower, upper, whole, reason))
        lower = upper
    found.append(("not invoiced", lower, whole, whole, "not_invoiced"))
    return [part for part in found if part[1] < part[2]]
