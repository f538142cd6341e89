"""Accounts of the second opinion: entitled to date less posted to date, and where it stands.

Whatever is not payable stands in the account that policy names for the reason; what was paid stays
where it was paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.pay.facts import Row
from tests.pay.opinion_components import Entitlement
from tests.pay.opinion_people import on
from tests.pay.opinion_terms import Company, Standing, Terms

_ACCRUALS = ("accrual", "accrual_reversal")
_OWED = ("draw_balance", "draw_forgiveness")
_PAID_AHEAD = ("draw_advance", "draw_recovery")
# where a reason leads that policy has no row for
_ACCOUNTS = {
    "below_minimum_payment": "carried",
    "negative_balance": "receivable",
    "left_before_payment": "in_review",
    "gate_closed_after_posting": "in_review",
    "deal_held_after_posting": "in_review",
}

Key = tuple[str, str, str, str, bool]  # payee, component, period, source, is it an accrual


@dataclass(frozen=True)
class Line:
    """A line of a statement, as it must come out."""

    payee: str
    component: str
    version: int
    period: str
    source_ref: str
    account: str
    entry_type: str
    reason: str | None
    cause: str
    currency: str
    amount_minor: int


@dataclass
class Source:
    """One source of pay: what it entitles to, and what was posted for it by account."""

    entitlement: Entitlement | None = None
    posted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    posted_version: int = 0
    currency: str = ""
    is_deal_held: bool = False
    reason: str | None = None

    @property
    def entitled(self) -> int:
        return self.entitlement.amount_minor if self.entitlement else 0

    @property
    def paid(self) -> int:
        return self.posted.get("payable", 0)

    @property
    def opening(self) -> str | None:
        return self.entitlement.opening_account if self.entitlement else None

    @property
    def cause(self) -> str:
        return self.entitlement.cause if self.entitlement else ""

    @property
    def is_by_hand(self) -> bool:
        """An adjustment: money of its own, which no missing quota holds back (M09)."""
        return self.cause == "adjustment"

    @property
    def is_decided(self) -> bool:
        """Due whatever was sold: what was decided by hand, and the pay of a draw (M01)."""
        return self.is_by_hand or self.cause in ("guarantee", *_PAID_AHEAD)

    @property
    def is_clawback(self) -> bool:
        """Paid and no longer earned: reclaimed, whatever would hold a payment (M04)."""
        return self.paid > 0 and self.entitled < self.paid

    @property
    def is_only_moved(self) -> bool:
        return bool(self.posted) and self.entitled == sum(self.posted.values())


@dataclass(frozen=True)
class Books:
    """Terms by component and period, everybody's standing, and the closed gates."""

    company: Company
    terms: Mapping[tuple[str, str], Terms]
    standings: Mapping[tuple[str, str], Mapping[str, Standing]]
    closed: frozenset[tuple[str, str]]

    def lines(self, entitlements: list[Entitlement]) -> Iterator[Line]:
        sources = self._sources(entitlements)
        posted_periods = {
            (key[1], key[2]) for key, source in sources.items() if source.posted and not key[4]
        }
        # what a deal in quarantine is worth nobody knows, nor what its going does to tiers
        unsure = {key[:3] for key, one in sources.items() if one.is_deal_held and one.paid > 0}
        for key, source in sources.items():
            source.reason = self._reason(key, source, key[:3] in unsure)
        outstanding: dict[tuple[str, str, str], int] = defaultdict(int)
        for key, source in sources.items():
            if source.reason is None:
                outstanding[key[0], key[1], source.currency] += source.entitled - source.paid
        for key, source in sources.items():
            if source.reason is None:
                due = outstanding[key[0], key[1], source.currency]
                terms = self.terms.get(key[1:3])
                least = terms.minimum_minor if terms else 0
                if due and abs(due) < least:
                    source.reason = "below_minimum_payment"
                elif due < 0:
                    source.reason = "negative_balance"
            yield from self._moved(key, source, key[1:3] in posted_periods)

    def _sources(self, entitlements: list[Entitlement]) -> dict[Key, Source]:
        found: dict[Key, Source] = defaultdict(Source)
        for one in entitlements:
            terms = self.terms.get((one.component, one.period))
            is_accrual = bool(terms) and not terms.is_ended and one.opening_account is None
            key = (one.employee, one.component, one.period, one.source_ref, is_accrual)
            found[key].entitlement = one
            found[key].currency = one.currency
        for entry in self.company.facts.posted:
            payee = self.company.people.keys.get(entry["payee_employee_number"])
            # the leg in account entitlement is the counterpart of all others
            if payee is None or entry["account"] == "entitlement":
                continue
            is_accrual = entry["entry_type"] in _ACCRUALS
            component, period = entry["plan_component_key"], entry["period_key"]
            source = found[payee, component, period, entry["source_ref"], is_accrual]
            account = "payable" if entry["account"] == "paid" else entry["account"]
            source.posted[account] += entry["amount_minor"]
            source.posted_version = max(source.posted_version, entry["plan_version"])
            source.currency = max(source.currency, entry["currency_code"])
            source.is_deal_held |= entry["opportunity_key"] in self.company.facts.held_deals
        return found

    def _reason(self, key: Key, source: Source, is_unsure: bool) -> str | None:
        """The first thing that stands against paying."""
        payee, component, period, _, is_accrual = key
        terms = self.terms.get((component, period))
        standing = self.standings.get((component, period), {}).get(payee)
        if is_accrual:
            return "period_not_ended"
        if source.opening and (not source.posted or source.opening not in ("payable", "carried")):
            return "draw_balance" if source.cause in _OWED else "opening_balance"
        if terms and terms.is_provisional and not source.is_clawback:
            return "finance_period_not_closed"
        is_drawn = source.cause in ("guarantee", *_PAID_AHEAD)
        if (component, period) in self.closed and not is_drawn:
            return "gate_closed_after_posting"
        unpaid = standing.may_not_be_paid if standing else None
        if standing and standing.is_leaver and unpaid == "left_before_payment":
            return "left_before_payment"
        if source.is_clawback:
            return "deal_held_after_posting" if is_unsure else None
        if source.entitlement and source.entitlement.hold:
            return source.entitlement.hold
        if source.entitlement and source.opening is None and not source.is_decided:
            return unpaid
        return None

    def _account(self, component: str, source: Source) -> str:
        if source.reason is None:
            return "payable"
        if source.reason in ("opening_balance", "draw_balance"):
            return source.opening or "held"
        rules: dict[str | None, Row] = {
            row["plan_component_key"]: row
            for row in on(
                self.company.facts.run_date, self.company.facts.policy["disposition_rules"]
            )
            if row["reason_code"] == source.reason
        }
        rule = rules.get(component) or rules.get(None)
        return rule["account"] if rule else _ACCOUNTS.get(source.reason, "held")

    def _moved(self, key: Key, source: Source, is_period_posted: bool) -> Iterator[Line]:
        account = self._account(key[1], source)
        stands: dict[str, int] = defaultdict(int)
        stands[account] += source.entitled - (0 if account == "payable" else source.paid)
        if account != "payable" and source.paid:
            stands["payable"] += source.paid
        for posted_account, amount in source.posted.items():
            stands[posted_account] -= amount
        for moved_account, amount in stands.items():
            # what is worth nothing gets its line once, where the reason is told
            if amount or (not source.posted and moved_account == account):
                yield self._line(key, source, moved_account, account, amount, is_period_posted)

    def _line(
        self, key: Key, source: Source, moved: str, account: str, amount: int, is_posted: bool
    ) -> Line:
        payee, component, period, source_ref, is_accrual = key
        entitlement = source.entitlement
        return Line(
            payee=payee,
            component=component,
            version=entitlement.version if entitlement else source.posted_version,
            period=period,
            source_ref=source_ref,
            account=moved,
            entry_type=_entry_type(source, is_accrual, moved, amount, is_posted),
            reason="disposition_changed" if moved != account else source.reason,
            cause=_cause(source, is_accrual, is_posted),
            currency=source.currency,
            amount_minor=amount,
        )


def _entry_type(
    source: Source, is_accrual: bool, account: str, amount: int, is_period_posted: bool
) -> str:
    if is_accrual:
        return "accrual_reversal" if amount < 0 else "accrual"
    if source.cause == "draw_forgiveness":
        return source.cause
    if source.cause in (*_PAID_AHEAD, *_OWED):
        is_advance = (amount > 0) == (source.cause != "draw_balance")
        return "draw_advance" if is_advance else "draw_recovery"
    if source.opening or source.is_only_moved or (source.is_by_hand and not source.posted):
        return "adjustment"
    reclaimable = source.paid - max(source.entitled, 0)
    if amount < 0 and -amount <= reclaimable and account in ("payable", "receivable"):
        return "clawback"
    return "prior_period_adjustment" if is_period_posted else "earning"


def _cause(source: Source, is_accrual: bool, is_period_posted: bool) -> str:
    if is_accrual:
        return source.cause if source.entitlement else "period_ended"
    if source.is_only_moved:
        return "disposition_changed"
    if source.posted:
        return "recomputed"
    is_late = is_period_posted and not source.opening and not source.is_decided
    return "late_record" if is_late else source.cause
