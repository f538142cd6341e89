"""A made-up company's BambooHR: people, their tables of jobs, pay and status, their time off.

Holds what is true and answers as the API does. `change` is one thing that happens in a company.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.sources.server import Answer, Ask, said

FIRST = date(2024, 1, 1)
DEPARTMENTS = ("Sales", "Marketing", "Support")
WORKER = ("id", "worker_code", "hire_date", "termination_date", "compensation_effective_date",
          "annual_currency_summary_total_base_pay", "annual_currency_summary_currency")  # fmt: skip
LEAVE = ("leave_request_event_id", "worker_id", "leave_start_date", "leave_end_date")
# kinds of time off; holidays are no leave
PARENTAL, UNPAID, HOLIDAY = "81", "82", "78"
POSITION = ("worker_id", "effective_date", "end_date", "job_profile_id", "organization_id")
TABLES = {"jobInfo": "jobs", "compensation": "pays", "employmentStatus": "statuses"}


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S+00:00")


class BambooHR:
    def __init__(self, seed: int = 1, people: int = 5, page: int = 2) -> None:
        self.drawn = random.Random(seed)
        self.now = datetime(2026, 1, 5, 1, tzinfo=UTC)
        self.page = page
        self.numbered = 0
        self.people: dict[str, dict[str, Any]] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.pays: dict[str, dict[str, Any]] = {}
        self.statuses: dict[str, dict[str, Any]] = {}
        self.time_off: dict[str, dict[str, Any]] = {}
        self.changed: dict[str, dict[str, str]] = {}
        for _ in range(people):
            self.hire()

    # how the company lives

    def hire(self) -> str:
        number = self._number()
        hired = FIRST + timedelta(days=self.drawn.randrange(300))
        self.people[number] = {
            "employeeId": number, "firstName": f"N{number}", "lastName": "Last",
            "preferredName": self.drawn.choice((None, f"Nick{number}")), "status": "Active",
            "employeeNumber": self.drawn.choice((f"E{number}", None)),
            "workEmail": self.drawn.choice((f"n{number}@example.com", None)),
            "hireDate": hired.isoformat(), "originalHireDate": "0000-00-00",
            "terminationDate": "0000-00-00", "photoUrl": "https://elsewhere.example/p.png",
        }  # fmt: skip
        self.add("jobs", number, date=hired.isoformat(), **self._job())
        self.add("statuses", number, date=hired.isoformat(), employmentStatus="Full-Time")
        if self.drawn.random() < 0.8:
            self.pay(number, hired)
        self.touch(number)
        return number

    def add(self, table: str, employee: str, **values: Any) -> None:
        row = self._number()
        getattr(self, table)[row] = {"id": row, "employeeId": employee, **values}

    def pay(self, employee: str, day: date) -> None:
        rate = self.drawn.choice(
            (
                {"currency": "EUR", "value": "60000.5000"}, "4200.10 USD",
                {"currency": "JPY", "value": "500000"},
            )
        )  # fmt: skip
        per = self.drawn.choice(("Year", "Month", "Hour"))
        self.add("pays", employee, startDate=day.isoformat(), rate=rate, paidPer=per, type="Salary")

    def be_off(self, employee: str, kind: str, first: date, days: int, status: str) -> str:
        """As BambooHR's reference shows one; what was asked for stays, its status changes."""
        number = self._number()
        last = first + timedelta(days=days - 1)
        self.time_off[number] = {
            "id": number, "employeeId": employee, "name": "Name", "created": f"{self.now:%Y-%m-%d}",
            "start": first.isoformat(), "end": last.isoformat(),
            "type": {"id": kind, "name": f"Kind {kind}", "icon": "palm-trees"},
            "amount": {"unit": "days", "amount": str(days)},
        }  # fmt: skip
        self.decide(number, status)
        return number

    def decide(self, request: str, status: str) -> None:
        told = {"status": status, "lastChanged": f"{self.now:%Y-%m-%d}", "lastChangedByUserId": "7"}
        self.time_off[request]["status"] = told

    def _job(self) -> dict[str, Any]:
        manager = self.drawn.choice([None, *self.people])
        return {
            "department": self.drawn.choice(DEPARTMENTS), "jobTitle": self.drawn.choice("ABC"),
            "reportsTo": f"N{manager} Last" if manager else None,
        }  # fmt: skip

    def _number(self) -> str:
        self.numbered += 1
        return str(self.numbered)

    def touch(self, employee: str) -> None:
        self.now += timedelta(seconds=self.drawn.choice((0, 1, 90)))
        self.changed[employee] = {
            "id": employee, "action": "Updated", "lastChanged": iso(self.now)
        }  # fmt: skip

    def change(self) -> None:
        what = self.drawn.choice(
            (
                "hire",
                "job",
                "job",
                "pay",
                "pay",
                "move",
                "drop",
                "leave",
                "back",
                "rename",
                "off",
                "off",
                "decide",
            )
        )
        if what == "hire" or len(self.people) < 3:
            self.hire()
            return
        employee = self.drawn.choice(sorted(self.people))
        day = self._last(employee) + timedelta(days=self.drawn.randrange(1, 60))
        is_gone = self._is_gone(employee)
        if what == "job":
            self.add("jobs", employee, date=day.isoformat(), **self._job())
        elif what == "pay":
            self.pay(employee, day)
        elif what in ("move", "drop"):
            table, name = self.drawn.choice((("jobs", "date"), ("pays", "startDate")))
            own = [r for r in getattr(self, table).values() if r["employeeId"] == employee]
            if len(own) > 1:
                row = self.drawn.choice(own[1:])
                if what == "drop":
                    del getattr(self, table)[row["id"]]
                else:
                    # somebody corrects the day from which it holds
                    moved = date.fromisoformat(row[name]) + timedelta(days=3)
                    row[name] = moved.isoformat()
        elif what == "leave" and not is_gone:
            self.add("statuses", employee, date=day.isoformat(), employmentStatus="Terminated")
            self.people[employee]["terminationDate"] = day.isoformat()
        elif what == "back" and is_gone:
            person = self.people[employee]
            self.add("statuses", employee, date=day.isoformat(), employmentStatus="Part-Time")
            if person["originalHireDate"] == "0000-00-00":
                person["originalHireDate"] = person["hireDate"]
            person |= {"hireDate": day.isoformat(), "terminationDate": "0000-00-00"}
        elif what == "off":
            kind = self.drawn.choice((PARENTAL, UNPAID, HOLIDAY))
            status = self.drawn.choice(("approved", "approved", "requested"))
            self.be_off(employee, kind, day, self.drawn.randrange(1, 90), status)
        elif what == "decide" and self.time_off:
            request = self.drawn.choice(sorted(self.time_off))
            self.decide(request, self.drawn.choice(("approved", "canceled", "denied")))
        else:
            self.people[employee]["lastName"] = "Last"
        self.touch(employee)

    def vanish(self) -> None:
        """Somebody's record is deleted with all that belongs to it."""
        if len(self.people) > 3:
            employee = self.drawn.choice(sorted(self.people))
            del self.people[employee]
            for request in [n for n, r in self.time_off.items() if r["employeeId"] == employee]:
                del self.time_off[request]
            for table in TABLES.values():
                rows = getattr(self, table)
                for row in [n for n, r in rows.items() if r["employeeId"] == employee]:
                    del rows[row]
            self.touch(employee)
            self.changed[employee]["action"] = "Deleted"

    def _last(self, employee: str) -> date:
        rows = [r for r in self.statuses.values() if r["employeeId"] == employee]
        return max(date.fromisoformat(r["date"]) for r in rows)

    def _is_gone(self, employee: str) -> bool:
        rows = [r for r in self.statuses.values() if r["employeeId"] == employee]
        return rows[-1]["employmentStatus"] == "Terminated"

    # what its API answers

    def __call__(self, ask: Ask) -> Answer:
        # the key as the name, "x" as the password
        if ask.headers.get("authorization") != "Basic YS10b2tlbi1vZi10aGUtdGVzdHM6eA==":
            return said({}, status=401)
        path = ask.path.removeprefix("/api/v1")
        if path == "/meta/fields":
            return said([{"id": 1, "name": "First Name", "type": "text"}])
        if path == "/employees/changed":
            return said({"latest": iso(self.now), "employees": self.changed or []})
        if path == "/employees":
            return self._listed(ask)
        if path == "/time_off/requests":
            kinds = ask.query["type"].split(",")
            shown = [
                r for r in self.time_off.values()
                if r["status"]["status"] == ask.query["status"] and r["type"]["id"] in kinds
                and r["end"] >= ask.query["start"] and r["start"] <= ask.query["end"]
            ]  # fmt: skip
            return said(shown)
        table = TABLES[path.removeprefix("/employees/all/tables/")]
        return said(list(getattr(self, table).values()))

    def _listed(self, ask: Ask) -> Answer:
        asked = {*ask.query["fields"].split(","), "employeeId", "firstName", "lastName"}
        ids = [
            n for n in sorted(self.people, key=int) if int(n) > int(ask.query.get("page[after]", 0))
        ]
        shown = ids[: self.page]
        data = [{k: v for k, v in self.people[n].items() if k in asked} for n in shown]
        more = shown[-1] if len(ids) > self.page else None
        meta = {"total": len(self.people), "page": {"nextCursor": more}}
        return said({"data": data, "meta": meta, "_links": {}})

    # what is true

    def true_positions(self) -> set[tuple[Any, ...]]:
        newest = {(r["employeeId"], r["date"]): r for r in self.jobs.values()}
        found = set()
        for (employee, day), r in newest.items():
            later = [other for one, other in newest if one == employee and other > day]
            last = date.fromisoformat(min(later)) - timedelta(days=1) if later else None
            team = " / ".join(filter(None, (r["department"], r["reportsTo"])))
            found.add((employee, date.fromisoformat(day), last, r["jobTitle"], team))
        return found

    def true_leaves(self) -> set[tuple[Any, ...]]:
        return {
            (n, r["employeeId"], date.fromisoformat(r["start"]), date.fromisoformat(r["end"]))
            for n, r in self.time_off.items()
            if r["status"]["status"] == "approved" and r["type"]["id"] != HOLIDAY
        }

    def true_workers(self) -> set[tuple[Any, ...]]:
        """Every time of employment with its pays, told from the days themselves."""
        found = set()
        for employee, person in self.people.items():
            times = self._times(employee)
            paid = {r["startDate"]: r for r in self.pays.values() if r["employeeId"] == employee}
            for number, (hired, gone) in enumerate(times):
                until = times[number + 1][0] if number + 1 < len(times) else date.max
                begun = date.min if number == 0 else hired
                own = {d: r for d, r in paid.items() if begun <= date.fromisoformat(d) < until}
                code = person["employeeNumber"] or employee
                if not own:
                    found.add((employee, code, hired, gone, hired, None, None))
                for day, row in own.items():
                    found.add((employee, code, hired, gone, date.fromisoformat(day), *_yearly(row)))
        return found

    def _times(self, employee: str) -> list[tuple[date, date | None]]:
        times: list[tuple[date, date | None]] = []
        for row in self.statuses.values():
            if row["employeeId"] != employee:
                continue
            day = date.fromisoformat(row["date"])
            if row["employmentStatus"] == "Terminated":
                times[-1] = (times[-1][0], day)
            else:
                times.append((day, None))
        return times


def _yearly(row: dict[str, Any]) -> tuple[Decimal | None, str]:
    rate = row["rate"]
    amount, currency = rate.split() if isinstance(rate, str) else (rate["value"], rate["currency"])
    times = {"Year": 1, "Month": 12}.get(row["paidPer"])
    return (Decimal(amount) * times if times else None, currency)
