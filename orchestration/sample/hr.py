"""What the people system shows: workers, positions, organisations, leave, addresses.

As in Workday, an end is the last day of what ends (inclusive), and null while it runs.
"""

from __future__ import annotations

from orchestration.sample.identities import Identities
from orchestration.sample.people import OPEN, People
from orchestration.sample.write import Nights

_TEXT, _NUMBER = "string", "int64"
# 05:00 UTC: the people system writes before anybody is at work
_MORNING = 18_000


def worker_id(employee: int) -> str:
    """The people system's own id: 32 hexadecimal digits."""
    return f"{(employee + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128):032x}"


def team_id(name: str) -> str:
    return "ORG_" + name.replace(" ", "_").upper()


def deliver_hr(nights: Nights, people: People, identities: Identities) -> None:
    _deliver_workers(nights, people)
    _deliver_positions(nights, people)
    _deliver_organizations(nights, people)
    _deliver_persons(nights, people, identities)
    _deliver_leaves(nights, people)


def _versions(nights: Nights, begun: int, end: int, ended: int) -> list[tuple[int, int | None]]:
    """(day it was recorded, end as it was then known): as it began, and again once it ended."""
    if end == OPEN:
        return [(begun, None)]
    if nights.night_of_day(ended) == nights.night_of_day(begun):
        return [(max(begun, ended), end)]
    return [(begun, None), (ended, end)]


def _deliver_workers(nights: Nights, people: People) -> None:
    spells = people.spells_by_employee()
    rows = []
    for pay in people.pay:
        own = spells[pay.employee]
        spell = next(s for s in reversed(own) if s.hired <= pay.start)
        for day, left in _versions(nights, pay.start, spell.left, spell.left):
            rows.append(
                (
                    worker_id(pay.employee), people.number(pay.employee), spell.hired, own[0].hired,
                    left, pay.start, pay.amount, day, nights.night_of_day(day),
                )
            )  # fmt: skip
    types = {
        "id": _TEXT, "code": _TEXT, "hired": _NUMBER, "original": _NUMBER, "gone": _NUMBER,
        "effective": _NUMBER, "pay": _NUMBER, "day": _NUMBER, "night": _NUMBER,
    }  # fmt: skip
    nights.put_rows("workers", types, rows)
    nights.deliver(
        "hr", "worker_history",
        f"""select id, code as worker_code, on_day(hired) as hire_date,
            on_day(original) as original_hire_date, on_day(gone - 1) as termination_date,
            on_day(effective) as compensation_effective_date,
            money(pay * 1000000) as annual_currency_summary_total_base_pay,
            'EUR' as annual_currency_summary_currency, false as is_deleted,
            instant(day * 86400 + {_MORNING}) as _fivetran_start, night from workers""",
        "id, compensation_effective_date",
    )  # fmt: skip
    nights.forget("workers")


def _deliver_positions(nights: Nights, people: People) -> None:
    count: dict[int, int] = {}
    rows = []
    for position in people.positions:
        employee = position.employee
        count[employee] = count.get(employee, 0) + 1
        begun = position.start if position.start_recorded < 0 else position.start_recorded
        ended = position.end if position.end_recorded < 0 else position.end_recorded
        for day, end in _versions(nights, begun, position.end, ended):
            rows.append(
                (
                    worker_id(employee), f"P-{people.number(employee)}-{count[employee]}",
                    position.start, end, position.title, position.profile, position.level,
                    position.fte, team_id(position.team), day, nights.night_of_day(day),
                )
            )  # fmt: skip
    types = {
        "worker": _TEXT, "position": _TEXT, "effective": _NUMBER, "until": _NUMBER, "title": _TEXT,
        "profile": _TEXT, "level": _TEXT, "fte": _NUMBER, "team": _TEXT, "day": _NUMBER,
        "night": _NUMBER,
    }  # fmt: skip
    nights.put_rows("positions", types, rows)
    nights.deliver(
        "hr", "worker_position_history",
        f"""select worker as worker_id, position as position_id,
            on_day(effective) as effective_date, on_day(until - 1) as end_date,
            title as business_title, profile as job_profile_id, level as management_level_code,
            fte as full_time_equivalent_percentage,
            team as organization_id, false as is_deleted,
            instant(day * 86400 + {_MORNING}) as _fivetran_start, night
        from positions""",
        "worker_id, effective_date",
    )  # fmt: skip
    nights.forget("positions")


def _deliver_organizations(nights: Nights, people: People) -> None:
    rows = [
        (
            team_id(team.name), team.name, team.function,
            worker_id(team.manager) if team.manager >= 0 else None,
            team_id(team.superior) if team.superior else None,
        )
        for team in people.teams
    ]  # fmt: skip
    names = ("id", "name", "code", "manager", "superior")
    nights.put_rows("teams", dict.fromkeys(names, _TEXT), rows)
    nights.deliver(
        "hr", "organization",
        f"""select id, name, code, 'Supervisory' as type, manager as manager_id,
            superior as superior_organization_id, night
        from teams cross join range({nights.nights}) as each_night(night)""",
        "id",
    )  # fmt: skip
    nights.forget("teams")


def _deliver_persons(nights: Nights, people: People, identities: Identities) -> None:
    hired = {e: spells[0].hired for e, spells in people.spells_by_employee().items()}
    persons, addresses = [], []
    for employee, day in hired.items():
        worker, night = worker_id(employee), nights.night_of_day(day)
        persons.append((worker, people.first[employee], people.last[employee], day, night))
        own = [people.address[employee], identities.second.get(employee)]
        addresses += [
            (f"{worker}-{place}", worker, address, day, night)
            for place, address in enumerate(own, start=1)
            if address
        ]
    types = {"worker": _TEXT, "first": _TEXT, "last": _TEXT, "day": _NUMBER, "night": _NUMBER}
    nights.put_rows("persons", types, persons)
    nights.deliver(
        "hr", "person_name",
        f"""select worker as personal_info_system_id, first as first_name, last as last_name,
            instant(day * 86400 + {_MORNING}) as _fivetran_synced, night from persons""",
        "personal_info_system_id",
    )  # fmt: skip
    types = {"id": _TEXT, "worker": _TEXT, "address": _TEXT, "day": _NUMBER, "night": _NUMBER}
    nights.put_rows("worker_addresses", types, addresses)
    nights.deliver(
        "hr", "person_contact_email_address",
        f"""select id, worker as personal_info_system_id, address as email_address,
            instant(day * 86400 + {_MORNING}) as _fivetran_synced, night from worker_addresses""",
        "id",
    )  # fmt: skip
    nights.forget("persons", "worker_addresses")


def _deliver_leaves(nights: Nights, people: People) -> None:
    rows = []
    for at, leave in enumerate(people.leaves):
        asked = leave.start - 30
        row = (f"LR-{at + 1:05d}", worker_id(leave.employee), leave.start, leave.end, leave.kind)
        rows.append((*row, asked, nights.night_of_day(asked)))
    types = {
        "id": _TEXT, "worker": _TEXT, "start": _NUMBER, "until": _NUMBER, "kind": _TEXT,
        "day": _NUMBER, "night": _NUMBER,
    }  # fmt: skip
    nights.put_rows("leaves", types, rows)
    today = f"({nights.first_day - 1} + night)"
    nights.deliver(
        "hr", "worker_leave_status",
        f"""select id as leave_request_event_id, worker as worker_id,
            on_day(start) as leave_start_date, on_day(until - 1) as leave_end_date,
            kind as leave_of_absence_type, start <= {today} and until > {today} as on_leave,
            instant(day * 86400 + {_MORNING}) as _fivetran_synced, night from leaves""",
        "leave_request_event_id",
    )  # fmt: skip
    nights.forget("leaves")
