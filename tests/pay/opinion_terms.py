"""Terms of the second opinion: one plan component in one period, and who may be paid under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tests.pay.facts import Facts, Row
from tests.pay.opinion_customers import transactions
from tests.pay.opinion_kpis import Kpis
from tests.pay.opinion_money import minor
from tests.pay.opinion_people import People, days, on


@dataclass(frozen=True)
class Standing:
    """One employee under one component in one period."""

    employee: str
    assigned_days: int
    salary_days_minor: int | None
    ineligible: str | None
    unpaid: str | None
    is_leaver: bool

    @property
    def may_not_be_paid(self) -> str | None:
        return self.ineligible or self.unpaid


class Company:
    """What holds for the whole company on the night of the facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.people = People(facts)
        (settings,) = on(facts.run_date, facts.policy["company_settings"])
        self.currency: str = settings["plan_currency_code"]
        self.go_live: date = settings["go_live_date"]
        self.book_measures = {row["measure"] for row in facts.policy["ledger_measures"]}
        versions = {
            (row["plan_key"], row["plan_version"]): row for row in facts.policy["plan_versions"]
        }
        currencies = {row["plan_key"]: row["currency_code"] for row in facts.policy["plans"]}
        self._zone: str = settings["time_zone"]
        self.transactions = transactions(facts)
        self.components = [
            {
                **row,
                "valid_from_date": version["valid_from_date"],
                "valid_to_date": version["valid_to_date"],
                "currency_code": currencies[row["plan_key"]],
            }
            for row in facts.policy["plan_components"]
            if (version := versions.get((row["plan_key"], row["plan_version"])))
        ]

    @cached_property
    def kpis(self) -> Kpis:
        return Kpis(self)

    def local_day(self, at: datetime) -> date:
        """The day of a UTC instant in the company's zone (D01)."""
        return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(self._zone)).date()

    def minor(self, amount: Any, currency: str | None = None) -> int | None:
        digits = self.people.digits(currency or self.currency)
        return None if amount is None else minor(amount, digits)

    def actual(self, measure: str, start: date, end: date) -> int:
        """What the company achieved: won deals, or the books' lines with their measure's sign."""
        if measure == "bookings":
            return sum(
                deal["plan_amount_minor"]
                for deal in self.facts.opportunities
                if start <= deal["won_date"] < end
            )
        total = sum(
            line["net_amount"] * rule["sign"]
            for rule in self.facts.policy["ledger_measures"]
            for line in self.facts.books
            if rule["measure"] == measure
            and line["account_type"] == rule["account_type"].upper()
            and start <= line["journal_date"] < end
        )
        return minor(total, self.people.digits(self.currency))

    def target(self, measure: str, period_key: str) -> int | None:
        for row in self.facts.policy["targets"]:
            if (row["measure"], row["period_key"]) == (measure, period_key):
                return self.minor(row["target_amount"], row["currency_code"])
        return None

    def terms(self) -> Iterator[Terms]:
        """Every component in every live period that has begun while a version of it was in
        force; the last version of the period speaks for the period (E01)."""
        for key in sorted({row["plan_component_key"] for row in self.components}):
            for period in self.facts.periods:
                if not self.go_live <= period["start_date"] <= self.facts.run_date:
                    continue
                versions = [
                    row
                    for row in self.components
                    if row["plan_component_key"] == key
                    and row["period_type"] == period["period_type"]
                    and row["valid_from_date"] < period["end_date"]
                    and period["start_date"] < row["valid_to_date"]
                ]
                if versions:
                    yield Terms(self, period, versions)


class Terms:
    """One component in one period."""

    def __init__(self, company: Company, period: Row, versions: list[Row]) -> None:
        self.company, self.period = company, period
        self.row = max(versions, key=lambda row: (row["valid_from_date"], row["plan_version"]))
        self.start, self.end = period["start_date"], period["end_date"]
        self.period_days = (self.end - self.start).days
        self._from = max(self.start, min(row["valid_from_date"] for row in versions))
        self._to = min(self.end, max(row["valid_to_date"] for row in versions))
        self.last_day = self.end - timedelta(days=1)
        self.is_ended = self.end <= company.facts.run_date

    @property
    def key(self) -> tuple[str, str]:
        return self.row["plan_component_key"], self.period["period_key"]

    @property
    def minimum_minor(self) -> int:
        amount = self.row["minimum_payment_amount"]
        return self.company.minor(amount, self.row["currency_code"]) or 0

    def in_force(self, table: str, **where: Any) -> list[Row]:
        """Rows of a policy table on the last day of the period, the newest first."""
        rows = [
            row
            for row in on(self.last_day, self.company.facts.policy[table])
            if all(row[column] == value for column, value in where.items())
        ]
        return sorted(rows, key=lambda row: row["valid_from_date"], reverse=True)

    @cached_property
    def pool(self) -> Row | None:
        if self.row["pool_key"] is None:
            return None
        return next(iter(self.in_force("pools", pool_key=self.row["pool_key"])), None)

    @cached_property
    def gates(self) -> list[Row]:
        named: dict[str, Row] = {}
        for row in self.in_force("pay_gates", plan_component_key=self.key[0]):
            named.setdefault(row["pay_gate"], row)
        return list(named.values())

    @cached_property
    def goals(self) -> list[Row]:
        """What an employee's pay at target is measured by, each goal as last said."""
        keyed: dict[str, Row] = {}
        for row in self.in_force("component_goals", plan_component_key=self.key[0]):
            keyed.setdefault(row["goal_key"], row)
        return list(keyed.values())

    def is_in_force(self, day: date) -> bool:
        return self._from <= day < self._to

    def is_assigned(self, employee: str, day: date) -> bool:
        return self.company.people.assignment(employee, self.row["plan_key"], day) is not None

    @cached_property
    def is_provisional(self) -> bool:
        """What hangs on the books is provisional until finance has closed them (G04)."""
        measures = {gate["measure"] for gate in self.gates}
        measures |= {goal["measure"] for goal in self.goals}
        measures |= {self.pool["measure"]} if self.pool else set()
        return bool(measures & self.company.book_measures) and not self.period["is_closed"]

    @cached_property
    def rules(self) -> dict[str, Any]:
        rows = self.in_force("eligibility_rules", plan_component_key=self.key[0])
        return {row["rule_code"]: row["threshold"] for row in reversed(rows)}

    def actual(self, measure: str) -> int:
        return self.company.actual(measure, self.start, self.end)

    def target(self, measure: str) -> int | None:
        return self.company.target(measure, self.key[1])

    @property
    def is_paid_by_salary(self) -> bool:
        shares_salaries = bool(self.pool) and self.pool["share_rule"] == "salary_days"
        is_capped_by_salary = self.row["period_cap_rate"] is not None
        is_capped_by_salary |= bool(self.pool) and self.pool["cap_rate"] is not None
        is_at_target = self.row["component_type"] in ("success_bonus", "team_target", "kpi_bonus")
        return shares_salaries or is_capped_by_salary or is_at_target

    def standings(self, credited: set[str]) -> dict[str, Standing]:
        """Everybody employed in the period or credited in it."""
        found = {}
        for employee, spells in self.company.people.spells.items():
            begun = [row for row in spells if row["valid_from_date"] < self.end]
            # service does not bridge: the newest spell counts (E06)
            spell = max(begun, key=lambda row: row["valid_from_date"], default=None)
            if spell and (spell["valid_to_date"] > self.start or employee in credited):
                found[employee] = self._standing(employee, spell, employee in credited)
        return found

    def _standing(self, employee: str, spell: Row, is_credited: bool) -> Standing:
        hired, left = spell["valid_from_date"], spell["valid_to_date"]
        people, rules = self.company.people, self.rules
        assigned = [d for d in days(self._from, self._to) if self.is_assigned(employee, d)]
        is_leaver = left <= self.company.facts.run_date
        salary_days = None
        if self.is_paid_by_salary:
            paid = [
                pay
                for day in assigned
                if (pay := people.annual_pay(
                    employee, day, self.row["currency_code"], self.last_day
                )) is not None
            ]  # fmt: skip
            salary_days = sum(paid) if paid else None
        rating = people.rating(employee, self.last_day)
        least = rules.get("min_rating")
        # of all that stands against it the first is named
        measured = {
            "not_assigned": not assigned and not (is_credited and is_leaver),
            "min_service_days":
                (min(left, self.end) - hired).days < (rules.get("min_service_days") or 0),
            "employed_at_period_end": "employed_at_period_end" in rules and left < self.end,
            "max_leave_days": (most := rules.get("max_leave_days")) is not None
                and people.leave_days(employee, self.start, self.end) > most,
            "min_rating": None not in (least, rating) and rating < least,
        }  # fmt: skip
        is_reviewed = "active_at_payment" in rules or self.row["leaver_rule"] == "review"
        paying = {
            "left_before_payment": is_leaver and is_reviewed,
            (missing := self._no_quota(employee)): missing is not None,
            "salary_missing": self.is_paid_by_salary and len(paid) < len(assigned),
            "not_signed": "plan_signed" in rules and not people.has_signed(employee, self.row),
            "rating_missing": least is not None and rating is None,
        }
        ineligible = next((reason for reason, stands in measured.items() if stands), None)
        unpaid = next((reason for reason, stands in paying.items() if stands), None)
        return Standing(employee, len(assigned), salary_days, ineligible, unpaid, is_leaver)

    def _no_quota(self, employee: str) -> str | None:
        if self.row["component_type"] != "commission" or self.row["order_fixed_amount"] is not None:
            return None
        quota = self.company.people.quota(employee, self.row["measure"], self.period)
        if quota is None:
            return "quota_missing"
        return "quota_zero" if quota <= 0 else None
