"""What the people system shows: workers, positions, organisations, leave, addresses.

As in Workday, an end is the last day of what ends (inclusive), and null while it runs.
"""

from __future__ import annotations

from typing import Any

from orchestration.sample import clock
from orchestration.sample.people import OPEN, People
from orchestration.sample.write import Nights


def worker_id(employee: int) -> str:
    """The people system's own id: 32 hexadecimal digits."""
    return f"{(employee + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128):032x}"


def deliver_hr(nights: Nights, people: People, first_day: int) -> None:
    workers: dict[str, list[Any]] = {k: [] for k in ("id", "code", "hired", "original", "left", "effective", "pay", "start", "night")}
    spell_of: dict[int, list[Any]] = {}
    for spell in people.spells:
        spell_of.setdefault(spell.employee, []).append(spell)
    for pay in people.pay:
        spell = next(s for s in reversed(spell_of[pay.employee]) if s.hired <= pay.start)
        for start, left in _versions(pay.start, spell.left, first_day):
            row = (
                worker_id(pay.employee), people.number(pay.employee), spell.hired, spell_of[pay.employee][0].hired,
                left, pay.start, pay.amount * 1_000_000, start, _night(start, first_day),
            )
            for column, value in zip(workers.values(), row, strict=True):
                column.append(value)
    nights.put("workers", **workers)
    nights.deliver(
        "hr", "worker_history",
        """select id, code as worker_code, on_day(hired) as hire_date, on_day(original) as original_hire_date,
            on_day("left" - 1) as termination_date, on_day(effective) as compensation_effective_date,
            money(pay) as annual_currency_summary_total_base_pay, 'EUR' as annual_currency_summary_currency,
            instant(start * 86400 + 18000) as _fivetran_start, night from workers""",
        "id, compensation_effective_date",
    )
    positions: dict[str, list[Any]] = {k: [] for k in ("worker", "position", "effective", "until", "title", "profile", "level", "fte", "team", "start", "night")}
    at_of: dict[int, int] = {}
    for position in people.positions:
        at_of[position.employee] = at_of.get(position.employee, 0) + 1
        for start, until in _versions(position.start, position.end, first_day):
            row = (
                worker_id(position.employee), f"P-{10_001 + position.employee}-{at_of[position.employee]}", position.start, until,
                position.title, position.profile, position.level, position.fte, team_id(position.team), start,
                _night(start, first_day),
            )
            for column, value in zip(positions.values(), row, strict=True):
                column.append(value)
    nights.put("positions", **positions)
    nights.deliver(
        "hr", "worker_position_history",
        """select worker as worker_id, position as position_id, on_day(effective) as effective_date,
            on_day(until - 1) as end_date, title as business_title, profile as job_profile_id,
            level as management_level_code, fte as full_time_equivalent_percentage, team as organization_id,
            instant(start * 86400 + 18000) as _fivetran_start, night from positions""",
        "worker_id, effective_date",
    )
    nights.put(
        "teams",
        id=[team_id(t.name) for t in people.teams], name=[t.name for t in people.teams],
        code=[t.function for t in people.teams],
        manager=[worker_id(t.manager) if t.manager >= 0 else None for t in people.teams],
        superior=[team_id(t.superior) if t.superior else None for t in people.teams],
    )
    nights.deliver(
        "hr", "organization",
        f"""select id, name, code, 'Supervisory' as type, manager as manager_id, superior as superior_organization_id,
            night from teams cross join range({nights.nights}) as each_night(night)""",
        "id",
    )
    _deliver_persons(nights, people, first_day)
    nights.forget("workers", "positions", "teams")


def _deliver_persons(nights: Nights, people: People, first_day: int) -> None:
    hired = {}
    for spell in people.spells:
        hired.setdefault(spell.employee, spell.hired)
    everyone = range(len(people))
    nights.put(
        "persons",
        worker=[worker_id(e) for e in everyone], first=people.first, last=people.last,
        address=people.address, known=[hired[e] for e in everyone],
        night=[_night(hired[e], first_day) for e in everyone],
    )
    nights.deliver(
        "hr", "person_name",
        """select worker as personal_info_system_id, first as first_name, last as last_name,
            instant(known * 86400 + 18000) as _fivetran_synced, night from persons""",
        "personal_info_system_id",
    )
    nights.put(
        "second_addresses",
        worker=[worker_id(e) for e, _ in people.second_addresses], address=[a for _, a in people.second_addresses],
        known=[hired[e] for e, _ in people.second_addresses],
        night=[_night(hired[e], first_day) for e, _ in people.second_addresses],
    ) if people.second_addresses else nights.put("second_addresses", worker=[""], address=[""], known=[0], night=[-1])
    nights.deliver(
        "hr", "person_contact_email_address",
        """select worker || '-' || ordinal as id, worker as personal_info_system_id, address as email_address,
            instant(known * 86400 + 18000) as _fivetran_synced, night
        from (select *, 1 as ordinal from persons union all select worker, null, null, address, known, night, 2 from second_addresses)""",
        "id",
    )
    nights.put(
        "leaves",
        id=[f"LR-{at + 1:05d}" for at in range(len(people.leaves))] or ["-"],
        worker=[worker_id(leave.employee) for leave in people.leaves] or ["-"],
        start=[leave.start for leave in people.leaves] or [0],
        until=[leave.end for leave in people.leaves] or [0],
        kind=[leave.kind for leave in people.leaves] or ["-"],
        night=[_night(leave.start - 30, first_day) for leave in people.leaves] or [-1],
    )
    nights.deliver(
        "hr", "worker_leave_status",
        f"""select id as leave_request_event_id, worker as worker_id, on_day(start) as leave_start_date,
            on_day(until - 1) as leave_end_date, kind as leave_of_absence_type,
            start <= {first_day - 1} + night and until > {first_day - 1} + night as on_leave,
            instant((start - 30) * 86400 + 18000) as _fivetran_synced, night from leaves""",
        "leave_request_event_id",
    )
    nights.forget("persons", "second_addresses", "leaves")


def team_id(name: str) -> str:
    return "ORG_" + name.replace(" ", "_").upper()


def _night(day: int, first_day: int) -> int:
    return max(day - first_day + 1, 0)


def _versions(start: int, end: int, first_day: int) -> list[tuple[int, int | None]]:
    """(day it was recorded, end as it was then known): the row as begun, and again once it ended."""
    if end == OPEN:
        return [(start, None)]
    if _night(end, first_day) == _night(start, first_day):
        return [(end, end)]
    return [(start, None), (end, end)]
