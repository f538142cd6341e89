"""KPIs of the second opinion: from what people did, part by part, to a value of somebody's period.

A part is a numerator or a denominator of a KPI, of one record, dated the day it happened; it
speaks about an employee, or, as a lead does, about each function that has the goal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.pay.facts import Row

if TYPE_CHECKING:
    from tests.pay.opinion_terms import Company

_COUNTED = ("feature_adoption", "referrals")
_LEADS = {  # stage: KPI, numerator, denominator
    "lead": ("lead_conversion", 0, 1),
    "opportunity": ("lead_conversion", 1, 0),
    "marketing_qualified_lead": ("lead_quality", 0, 1),
    "sales_accepted_lead": ("lead_quality", 1, 0),
}
_HOURS = ("pricing_approval", "contract_review")


@dataclass(frozen=True)
class Part:
    kpi: str
    record: str
    employee: str | None
    day: date
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Value:
    numerator: int
    denominator: int
    records: int


class Kpis:
    """The parts of all KPIs, and what they add up to."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._records = company.facts.records
        found: dict[tuple[str, str, str | None], Part] = {}
        for part in self._parts():
            key = (part.kpi, part.record, part.employee)
            # seen twice, as a lead that goes back: one record, on its first day
            if key not in found or part.day < found[key].day:
                found[key] = part
        self._by_kpi: dict[str, list[Part]] = defaultdict(list)
        for part in found.values():
            self._by_kpi[part.kpi].append(part)

    def of_function(self, kpi: str, function: str, start: date, end: date) -> Value | None:
        """A record that several people of the function worked on counts once."""
        parts = {
            part.record: (part.numerator, part.denominator)
            for part in self._within(kpi, start, end)
            if part.employee is None or self._function(part) == function
        }
        return _value(kpi, list(parts.values()))

    def of_employee(
        self, kpi: str, employee: str, function: str, start: date, end: date
    ) -> Value | None:
        """What an employee did while in a function."""
        parts = [
            (part.numerator, part.denominator)
            for part in self._within(kpi, start, end)
            if part.employee == employee and self._function(part) == function
        ]
        return _value(kpi, parts)

    def _within(self, kpi: str, start: date, end: date) -> Iterator[Part]:
        return (part for part in self._by_kpi[kpi] if start <= part.day < end)

    def _function(self, part: Part) -> str | None:
        post = self._company.people.post(part.employee, part.day) if part.employee else None
        return post["function"] if post else None

    def _part(
        self, kpi: str, record: str, who: tuple[str, str | None], at: datetime | None,
        numerator: int, denominator: int, not_by: str | None = None,
    ) -> Iterator[Part]:  # fmt: skip
        """`who`: a system and what it calls somebody; `not_by`: whose act would be their own."""
        if at is None:
            return
        day = self._company.local_day(at)
        employee = self._company.people.named(*who, day)
        other = self._company.people.named(who[0], not_by, day)
        # an act of somebody unknown is not everybody's (C05)
        is_known = employee is not None or who[1] is None
        if is_known and (other is None or other != employee):
            yield Part(kpi, record, employee, day, numerator, denominator)

    def _parts(self) -> Iterator[Part]:
        yield from self._of_products()
        yield from self._of_work()
        yield from self._of_deals()
        for row in self._records["funnel.fct_funnel_stages"]:
            if row["subject"] == "lead" and row["stage"] in _LEADS and row["entered_date"]:
                kpi, numerator, denominator = _LEADS[row["stage"]]
                record = f"{row['subject_key']}/{row['stage']}"
                yield Part(kpi, record, None, row["entered_date"], numerator, denominator)

    def _of_products(self) -> Iterator[Part]:
        features = {
            row["feature_id_product_usage"]: row
            for row in self._records["staging.stg_product_usage__features"]
        }
        for row in self._records["staging.stg_product_usage__feature_requests"]:
            feature = features.get(row["feature_id_product_usage"])
            asked = row["feature_request_id_product_usage"]
            who = ("product_usage", feature["owner_email"] if feature else None)
            at = row["created_at"]
            yield from self._part("requests_shipped", f"{asked}/asked", who, at, 0, 1)
            if feature and feature["shipped_at"]:
                # what had shipped before somebody asked was there when they did
                at = max(feature["shipped_at"], at) if at else feature["shipped_at"]
                yield from self._part("requests_shipped", f"{asked}/shipped", who, at, 1, 0)
        for row in self._records["staging.stg_product_usage__feature_adoptions"]:
            feature = features.get(row["feature_id_product_usage"])
            if feature:
                record = f"{row['account_id_crm']}/{row['feature_id_product_usage']}"
                # a date without a zone is a day (D01)
                day = row["first_event_date"]
                owner = feature["owner_email"]
                employee = self._company.people.named("product_usage", owner, day)
                if employee is not None or owner is None:
                    yield Part("feature_adoption", record, employee, day, 1, 0)

    def _of_work(self) -> Iterator[Part]:
        for row in self._records["intermediate.int_contribution__account_records"]:
            if row["source_table"] == "support.satisfaction_rating":
                who = (row["system"], row["identity_value"])
                good = int(row["source_value"] == "good")
                yield from self._part(
                    "satisfaction", row["record_id"], who, row["event_at"], good, 1
                )
        for row in self._records["intermediate.int_contribution__shared_records"]:
            if row["source_table"] == "collaboration.insight":
                who, record = (row["system"], row["identity_value"]), row["record_id"]
                delivered, adopted = (f"{record}/delivered", row["event_at"]), row["fulfilled_at"]
                yield from self._part("insights_adopted", delivered[0], who, delivered[1], 0, 1)
                # nobody adopts their own insight (P01)
                yield from self._part(
                    "insights_adopted", f"{record}/adopted", who, adopted, 1, 0,
                    not_by=row["counterparty_identity_value"],
                )  # fmt: skip
        types = {
            (row["contribution_type"], row["source_value"])
            for row in self._company.facts.policy["contribution_types"]
            if row["source_table"] == "crm.task"
        }
        for row in self._records["staging.stg_crm__tasks"]:
            for work in _HOURS:
                if (work, row["task_type"]) in types and row["completed_at"]:
                    minutes = max(_minutes(row["created_at"], row["completed_at"]), 0)
                    who = ("crm", row["owner_user_id_crm"])
                    at = row["completed_at"]
                    yield from self._part(f"{work}_hours", row["task_id_crm"], who, at, minutes, 60)

    def _of_deals(self) -> Iterator[Part]:
        deals = self._records["intermediate.int_funnel__opportunities"]
        first_won: dict[str, datetime] = {}
        for deal in deals:
            if deal["is_won"] and deal["won_at"]:
                account = deal["account_key"]
                first_won[account] = min(deal["won_at"], first_won.get(account, deal["won_at"]))
        referring = {
            row["contribution_type"]
            for row in self._company.facts.policy["contribution_types"]
            if row["source_table"] == "collaboration.introduction"
            or (row["source_table"], row["source_value"]) == ("support.ticket", "referred")
        }
        work: dict[str, list[Row]] = defaultdict(list)
        for row in self._records["contribution.fct_contribution_events"]:
            if row["is_counted"] and row["employee_key"]:
                work[row["opportunity_key"]].append(row)
        for deal in deals:
            key, account = deal["opportunity_key"], deal["account_key"]
            is_won = deal["is_won"] and not deal["is_held"]
            is_repeat = account in first_won and first_won[account] < deal["created_at"]
            for row in work[key]:
                who = row["employee_key"]
                if deal["is_closed"] and is_repeat and deal["closed_date"]:
                    yield Part("repeat_sales", key, who, deal["closed_date"], int(is_won), 1)
                if is_won and row["contribution_type"] in referring:
                    yield Part("referrals", key, who, deal["won_date"], 1, 0)


def _value(kpi: str, parts: list[tuple[int, int]]) -> Value | None:
    """None without any part. What is only counted is compared with nothing: divided by one."""
    if not parts:
        return None
    numerator = sum(part[0] for part in parts)
    if kpi in _COUNTED:
        return Value(numerator, 1, len(parts))
    wholes = [denominator for _, denominator in parts if denominator > 0]
    return Value(numerator, sum(wholes), len(wholes))


def _minutes(start: datetime, end: datetime) -> int:
    """Full minutes of the clock."""
    whole = end.replace(second=0, microsecond=0) - start.replace(second=0, microsecond=0)
    return int(whole.total_seconds()) // 60


def attainment(value: Value, goal: Row) -> Fraction:
    """Value by goal, or goal by value where less is better; none at all is taken as the least
    that can be told from it."""
    reached, whole = Fraction(value.numerator), Fraction(goal["goal"]) * value.denominator
    if goal["direction"] == "at_most":
        return whole / max(reached, Fraction(1, 10**6))
    return reached / whole
