"""People of the second opinion, asked day by day: who is employed, assigned and paid what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.pay.facts import Facts, Row
from tests.pay.opinion_money import converted, minor, rounded

_NARROWNESS = {"employee": 1, "job_profile": 2, "function": 3, "everyone": 4}


def days(start: date, end: date) -> Iterator[date]:
    for number in range((end - start).days):
        yield start + timedelta(days=number)


def on(day: date, rows: list[Row]) -> list[Row]:
    """The rows in force on a day."""
    return [row for row in rows if row["valid_from_date"] <= day < row["valid_to_date"]]


def _by_employee(rows: list[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["employee_key"]].append(row)
    return found


class People:
    """Everybody of the company, and what policy says of them."""

    def __init__(self, facts: Facts) -> None:
        self._policy = facts.policy
        self._run_date = facts.run_date
        self.numbers = {row["employee_key"]: row["employee_number"] for row in facts.employees}
        self.keys = {number: key for key, number in self.numbers.items()}
        self.spells = _by_employee(facts.spells)
        self._history = _by_employee(facts.history)
        self._pay = _by_employee(facts.compensation)
        self._leaves = _by_employee(facts.leaves)
        self._digits = {
            row["currency_code"]: row["minor_digits"] for row in facts.policy["currencies"]
        }
        self._identities: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
        for row in facts.identities:
            self._identities[row["system"], row["identity_value"]].append(row)
        self._assignments: dict[tuple[str, str, date], Row | None] = {}

    def named(self, system: str, value: str | None, day: date) -> str | None:
        """Whom a system's name for somebody stands for on a day."""
        held = on(day, self._identities.get((system, value), []))
        return held[0]["employee_key"] if held else None

    def digits(self, currency: str) -> int:
        return self._digits[currency]

    def post(self, employee: str, day: date) -> Row | None:
        """Function and job profile on a day; nobody has one before or after being employed."""
        held = on(day, self._history[employee])
        return held[0] if held else None

    def assignment(self, employee: str, plan: str, day: date) -> Row | None:
        """The assignment to a plan that decides on a day: the narrowest, then the newest."""
        asked = (employee, plan, day)
        if asked not in self._assignments:
            self._assignments[asked] = self._decides(*asked)
        return self._assignments[asked]

    def _decides(self, employee: str, plan: str, day: date) -> Row | None:
        post = self.post(employee, day)
        if post is None:
            return None
        who = {
            "employee": post["employee_number"], "job_profile": post["job_profile_id"],
            "function": post["function"],
        }  # fmt: skip
        matching = [
            row
            for row in on(day, self._policy["plan_assignments"])
            if row["plan_key"] == plan
            and row["assignee_code"] == who.get(row["assignee_type"], row["assignee_code"])
        ]
        return min(
            matching,
            key=lambda row: (
                _NARROWNESS[row["assignee_type"]],
                -row["valid_from_date"].toordinal(),
                row["rate_table_key"] is None,
                row["rate_table_key"] or "",
            ),
            default=None,
        )

    def assignment_at_win(self, employee: str, plan: str, day: date) -> Row | None:
        """Who left before the win is measured under the assignment they left with (C07)."""
        history = self._history[employee]
        left = max((row["valid_to_date"] for row in history), default=day)
        return self.assignment(employee, plan, min(day, left - timedelta(days=1)))

    def leave_days(self, employee: str, start: date, end: date) -> int:
        """Days of a span on which somebody is on leave."""
        return sum(
            leave["leave_start_date"] <= day < leave["leave_end_date"]
            for day in days(start, end)
            for leave in self._leaves[employee]
        )

    def rating(self, employee: str, day: date) -> Decimal | None:
        for row in on(day, self._policy["employee_ratings"]):
            if row["employee_number"] == self.numbers[employee]:
                return row["rating"]
        return None

    def has_signed(self, employee: str, version: Row) -> bool:
        """Whether the plan version was signed by the night."""
        asked = (self.numbers[employee], version["plan_key"], version["plan_version"])
        return any(
            (row["employee_number"], row["plan_key"], row["plan_version"]) == asked
            and row["signed_date"] <= self._run_date
            for row in self._policy["plan_signatures"]
        )

    def annual_pay(self, employee: str, day: date, currency: str, rates_on: date) -> int | None:
        """Annual base pay in a currency, at the rate of a day; None where one is not known."""
        for pay in on(day, self._pay[employee]):
            own, amount = pay["currency_code"], pay["annual_base_pay_minor"]
            if own == currency:
                return amount
            for rate in on(rates_on, self._policy["fx_rates"]):
                if (rate["from_currency_code"], rate["to_currency_code"]) == (own, currency):
                    return converted(
                        amount, rate["fx_rate"], self.digits(own), self.digits(currency)
                    )
        return None

    def quota(self, employee: str, measure: str, period: Row) -> int | None:
        """What a payee is to reach: their own quota as written, else their job profile's, by the
        days it was held where a commission pro-rates by days, else the one held last; and before
        all, what an override in force puts in its place (M09)."""
        for row in on(self._run_date, self._policy["overrides"]):
            named = (row["employee_number"], row["measure"], row["period_key"])
            asked = (self.numbers[employee], measure, period["period_key"])
            if row["overridden_input"] == "quota" and named == asked:
                return minor(row["override_amount"], self.digits(row["currency_code"]))
        stated = {
            (row["assignee_type"], row["assignee_code"]): minor(
                row["quota_amount"], self.digits(row["currency_code"])
            )
            for row in self._policy["quotas"]
            if row["measure"] == measure and row["period_key"] == period["period_key"]
        }
        own = stated.get(("employee", self.numbers[employee]))
        if own is not None:
            return own
        start, end = period["start_date"], period["end_date"]
        held = [
            (post, stated["job_profile", post["job_profile_id"]])
            for post in sorted(self._history[employee], key=lambda row: row["valid_from_date"])
            if ("job_profile", post["job_profile_id"]) in stated
            and post["valid_from_date"] < end
            and start < post["valid_to_date"]
        ]
        if not held:
            return None
        if not self._is_prorated(measure, period["period_type"]):
            return held[-1][1]
        carried = sum(
            (min(post["valid_to_date"], end) - max(post["valid_from_date"], start)).days * quota
            for post, quota in held
        )
        return rounded(Fraction(carried, (end - start).days))

    def _is_prorated(self, measure: str, period_type: str) -> bool:
        return any(
            row["component_type"] == "commission"
            and (row["measure"], row["period_type"]) == (measure, period_type)
            and row["proration_basis"] == "calendar_days"
            for row in self._policy["plan_components"]
        )
