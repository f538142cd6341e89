"""BambooHR: people read whole, corrected days and removed rows gone the same night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.errors import SourceError
from tests.sources import server as faults
from tests.sources.bamboohr import (
    HOLIDAY,
    LEAVE,
    PARENTAL,
    POSITION,
    WORKER,
    BambooHR,
)
from tests.sources.nights import Nights
from tests.sources.server import Answer, Ask, Server, said


@pytest.fixture
def company() -> BambooHR:
    return BambooHR()


@pytest.fixture
def server(company: BambooHR) -> Iterator[Server]:
    with Server(company, company.now) as running:
        yield running


@pytest.fixture
def nights(server: Server, tmp_path: Path) -> Nights:
    return Nights(tmp_path / "home", "hr", "bamboohr", server.url)


def alive(nights: Nights, table: str, *columns: str) -> set[tuple[object, ...]]:
    return {row[:-1] for row in nights.known(table, *columns, "is_deleted") if not row[-1]}


def test_everybody_lands_with_jobs_and_pay(company: BambooHR, nights: Nights) -> None:
    manifest = nights.run()
    assert alive(nights, "worker_history", *WORKER) == company.true_workers()
    assert alive(nights, "worker_position_history", *POSITION) == company.true_positions()
    assert manifest["tables"]["worker_leave_status"]["is_offered"] is False
    addresses = nights.known("person_contact_email_address", "personal_info_system_id")
    assert addresses == {(n,) for n, p in company.people.items() if p["workEmail"]}
    assert len(nights.known("person_name", "personal_info_system_id")) == len(company.people)


def test_d03_a_pay_whose_day_is_corrected_leaves_none_behind(
    company: BambooHR, nights: Nights
) -> None:
    company.pays.clear()
    company.add("pays", "1", startDate="2025-02-01", rate="70000.00 EUR", paidPer="Year")
    nights.run(0)
    (pay,) = company.pays.values()
    pay["startDate"] = "2025-03-01"
    company.touch("1")
    nights.run(1)
    known = nights.known("worker_history", "id", "compensation_effective_date", "is_deleted")
    assert {row for row in known if row[0] == "1"} == {
        ("1", date(2025, 2, 1), True),
        ("1", date(2025, 3, 1), None),
    }


def test_e06_whoever_comes_back_has_two_times_of_employment(
    company: BambooHR, nights: Nights
) -> None:
    person = company.people["1"] | {"employeeNumber": "E1", "originalHireDate": "2024-01-15"}
    company.people["1"] = person | {"hireDate": "2025-09-01", "terminationDate": "0000-00-00"}
    company.pays.clear()
    company.statuses.clear()
    for day, status in (("2024-01-15", "Full-Time"), ("2024-06-01", "Part-Time"),
                        ("2025-01-31", "Terminated"), ("2025-09-01", "Full-Time")):  # fmt: skip
        company.add("statuses", "1", date=day, employmentStatus=status)
    for day, rate in (("2024-01-15", "5000.00 EUR"), ("2025-09-01", "6000.00 EUR")):
        company.add("pays", "1", startDate=day, rate=rate, paidPer="Month")
    nights.run()
    assert {row for row in alive(nights, "worker_history", *WORKER) if row[0] == "1"} == {
        ("1", "E1", date(2024, 1, 15), date(2025, 1, 31), date(2024, 1, 15), Decimal("60000"),
         "EUR"),
        ("1", "E1", date(2025, 9, 1), None, date(2025, 9, 1), Decimal("72000"), "EUR"),
    }  # fmt: skip


def test_e08_a_manager_of_whom_there_are_two_is_nobody(company: BambooHR, nights: Nights) -> None:
    company.jobs.clear()
    ann, bob, other, third, fourth = company.people
    for employee, name in ((ann, "Ann"), (bob, "Bob"), (other, "Bob")):
        company.people[employee] |= {"firstName": name, "preferredName": None}
    company.add("jobs", third, date="2024-01-01", department="Sales", reportsTo="Ann Last")
    company.add("jobs", fourth, date="2024-01-01", department="Sales", reportsTo="Bob Last")
    nights.run()
    assert nights.known("organization", "id", "code", "manager_id") == {
        ("Sales / Ann Last", "Sales", ann),
        ("Sales / Bob Last", "Sales", None),
    }


def test_a_key_that_may_no_longer_see_pay_stops_the_night(
    company: BambooHR, server: Server, nights: Nights
) -> None:
    def no_pay(ask: Ask, answer: Answer) -> Answer:
        return said({}, status=403) if "compensation" in ask.path else answer

    nights.run(0)
    server.faults.append(no_pay)
    with pytest.raises(SourceError, match="403"):
        nights.run(1)


def test_d06_fewer_people_than_the_source_counts_are_none(
    company: BambooHR, server: Server, nights: Nights
) -> None:
    def counts_more(ask: Ask, answer: Answer) -> Answer:
        return Answer(200, answer.body.replace(b'"total": 5', b'"total": 9'), answer.headers)

    server.faults.append(counts_more)
    with pytest.raises(SourceError, match="counts 9 records, 5 arrived, 3 times"):
        nights.run()


def test_f11_a_cursor_that_repeats_stops_the_night(server: Server, nights: Nights) -> None:
    def round_and_round(ask: Ask, answer: Answer) -> Answer:
        return Answer(200, answer.body.replace(b"null}", b'"2"}'), answer.headers)

    server.faults.append(round_and_round)
    with pytest.raises(SourceError, match=r"never end|again and again"):
        nights.run()


@pytest.mark.parametrize("seed", range(3))
def test_f13_bad_weather_changes_nothing(
    server: Server, nights: Nights, tmp_path: Path, seed: int
) -> None:
    calm = Nights(tmp_path / "calm", "hr", "bamboohr", server.url)
    calm.run()
    server.faults += [faults.weather(seed, 0.3), faults.shuffled(seed)]
    nights.run()
    assert nights.files() == calm.files()


def test_a_department_without_somebody_above_is_an_identifier(
    company: BambooHR, nights: Nights
) -> None:
    """Fails if an id ends in a blank, which the gate takes for a slip."""
    company.jobs.clear()
    first, second, *_ = company.people
    company.add("jobs", first, date="2024-01-01", department="Sales ", jobTitle=" A ")
    company.add("jobs", second, date="2024-01-01", department="", reportsTo="")
    nights.run()
    assert nights.known("organization", "id", "code") == {("Sales", "Sales"), ("unassigned", None)}
    assert nights.known("worker_position_history", "organization_id", "job_profile_id") == {
        ("Sales", "A"), ("unassigned", None)
    }  # fmt: skip


def test_e03_leave_is_of_the_kinds_that_are_named_and_no_holiday(
    company: BambooHR, server: Server, nights: Nights
) -> None:
    """Fails if a holiday, or what nobody approved, shortened what somebody worked."""
    first = date(2026, 2, 2)
    approved = company.be_off("1", PARENTAL, first, 30, "approved")
    company.be_off("1", PARENTAL, first, 30, "requested")
    company.be_off("1", HOLIDAY, first, 10, "approved")
    nights.api["leave_types"] = (PARENTAL,)
    nights.run()
    leave = (approved, "1", first, date(2026, 3, 3))
    assert nights.known("worker_leave_status", *LEAVE) == {leave}
    kinds = nights.known("worker_leave_status", "leave_of_absence_type")
    assert kinds == {(f"Kind {PARENTAL}",)}
    [asked] = [ask.query for ask in server.asked if ask.path.endswith("/time_off/requests")]
    assert (asked["type"], asked["status"]) == (PARENTAL, "approved")


def test_d03_a_leave_that_is_cancelled_is_none_until_it_is_approved_again(
    company: BambooHR, server: Server, nights: Nights
) -> None:
    nights.api["leave_types"] = (PARENTAL,)
    request = company.be_off("1", PARENTAL, date(2026, 2, 2), 5, "approved")
    days = []
    for night, status in enumerate(("approved", "canceled", "approved")):
        company.decide(request, status)
        nights.run(night)
        days += nights.known("worker_leave_status", "leave_start_date")
    assert days == [(date(2026, 2, 2),), (None,), (date(2026, 2, 2),)]


def test_no_time_off_is_asked_for_where_no_kind_is_leave(server: Server, nights: Nights) -> None:
    manifest = nights.run()
    assert manifest["tables"]["worker_leave_status"]["is_offered"] is False
    assert not [ask for ask in server.asked if "time_off" in ask.path]
