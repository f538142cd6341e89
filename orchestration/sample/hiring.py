"""Who is hired, moves, takes leave, earns and leaves, up to HORIZON: drawn all at once, so that
the people of a night never depend on how many nights were asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from orchestration.sample import clock, names
from orchestration.sample.draws import below, chance, skewed, stream
from orchestration.sample.people import (
    HISTORY_START,
    HORIZON,
    OPEN,
    WORKER,
    Leave,
    Pay,
    People,
    Position,
    Spell,
    Team,
)
from orchestration.sample.sizes import FUNCTIONS, Size

# The individual contributor's profile per function, and what it pays a year in EUR.
_PROFILES = {
    "sales": ("account_executive", 62_000),
    "sales_development": ("sales_development_representative", 45_000),
    "marketing": ("marketing_manager", 56_000),
    "product": ("product_manager", 76_000),
    "engineering": ("software_engineer", 74_000),
    "solutions": ("solutions_engineer", 72_000),
    "support": ("support_engineer", 48_000),
    "success": ("customer_success_manager", 54_000),
    "analytics": ("data_analyst", 64_000),
    "finance": ("finance_manager", 66_000),
    "legal": ("legal_counsel", 82_000),
}
_LEVEL_PAY = {"1_Executive": 260, "2_Head": 190, "3_Lead": 140}
_TEAM_SIZE = 8
_FIRST_HIRE = clock.day(date(2016, 1, 1))
_BASE_END = clock.day(date(2026, 1, 5))
_LATE_TRANSFER = clock.day(date(2025, 12, 1))
_LATE_RECORDED = clock.day(date(2026, 1, 8))
_STAYS = (200, 330, 420, 520, 640, 760, 880, 1010, 1200)


def hire_company(size: Size, seed: int) -> People:
    """Every employee there is or will be: the base company, then those hired in later nights."""
    people = People()
    rng = stream(seed, "people", size.name)
    functions = [f for f, count in zip(FUNCTIONS, size.people, strict=True) for _ in range(count)]
    later = max(1, size.employees * 6 // 100)
    functions += [FUNCTIONS[at * 7 % len(FUNCTIONS)] for at in range(later)]
    functions = [f if f in functions[: size.employees] else "engineering" for f in functions]
    total = len(functions)
    given = below(rng, total, len(names.FIRST_NAMES))
    family = below(rng, total, len(names.LAST_NAMES))
    before = _FIRST_HIRE + below(rng, total, HISTORY_START - _FIRST_HIRE)
    during = HISTORY_START + below(rng, total, _BASE_END - 10 - HISTORY_START)
    after = _BASE_END + 4 + below(rng, total, HORIZON - _BASE_END - 60)
    hired = np.where(chance(rng, total, 550), before, during)
    hired[size.employees :] = after[size.employees :]
    goes, stays = chance(rng, total, 140), skewed(rng, total, _STAYS)
    taken: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for employee, function in enumerate(functions):
        rank = ranks.get(function, 0)
        ranks[function] = rank + 1
        first, last = names.FIRST_NAMES[given[employee]], names.LAST_NAMES[family[employee]]
        people.first.append(first)
        people.last.append(last)
        people.address.append(names.address(first, last, taken.get(first + last, 0)))
        taken[first + last] = taken.get(first + last, 0) + 1
        is_base = employee < size.employees
        leads = is_base and (rank == 0 or rank % _TEAM_SIZE == 1)
        start = _working_day(int(before[employee] if leads else hired[employee]))
        end = max(start, HISTORY_START) + int(stays[employee])
        if leads or not is_base or not goes[employee] or end >= HORIZON:
            end = OPEN
        count = size.people[FUNCTIONS.index(function)]
        people.spells.append(Spell(employee, start, end))
        people.positions.append(_position(employee, function, rank, count, start, end))
    _organise(people, size)
    _careers(people, size, seed)
    _salaries(people, seed)
    _list_movements(people)
    people.positions.sort(key=lambda position: (position.employee, position.start))
    return people


def _working_day(day: int) -> int:
    return int(clock.working_day(np.asarray([day]))[0])


def _named(function: str) -> str:
    return function.replace("_", " ").title()


def _has_teams(count: int) -> bool:
    return count > _TEAM_SIZE + 1


def _position(
    employee: int, function: str, rank: int, count: int, start: int, end: int
) -> Position:
    """Rank 0 heads the function, each _TEAM_SIZE-th from 1 leads a team, the rest work in it."""
    team, profile, level = _named(function), _PROFILES[function][0], WORKER
    if rank == 0:
        chief = function == "sales"
        team = "Executive Board" if chief else f"{team} Leadership"
        profile, level = (
            ("chief_executive", "1_Executive") if chief else (f"head_of_{function}", "2_Head")
        )
    elif _has_teams(count) and rank < count and rank % _TEAM_SIZE == 1:
        profile, level = f"{function}_team_lead", "3_Lead"
    elif _has_teams(count):
        team = f"{team} {(min(rank, count - 1) - 1) // _TEAM_SIZE + 1}"
        if function == "sales" and rank % _TEAM_SIZE == 2:
            profile = "senior_account_executive"
        elif function == "sales" and rank % _TEAM_SIZE in (3, 4):
            profile = "account_manager"
    return Position(employee, start, end, function, team, profile, level, 100)


def _organise(people: People, size: Size) -> None:
    """Teams and their managers. Nobody manages the organisation they are a member of."""
    chief = next(p.employee for p in people.positions if p.profile == "chief_executive")
    people.teams.append(Team("Executive Board", "sales", -1, None))
    for function, count in zip(FUNCTIONS, size.people, strict=True):
        members = [p.employee for p in people.positions if p.function == function][:count]
        if not members:
            continue
        name, superior = _named(function), "Executive Board"
        if function != "sales":
            people.teams.append(Team(f"{name} Leadership", function, chief, superior))
            superior = f"{name} Leadership"
        people.teams.append(Team(name, function, members[0], superior))
        if _has_teams(count):
            for at, leader in enumerate(members[1::_TEAM_SIZE]):
                people.teams.append(Team(f"{name} {at + 1}", function, leader, name))


def _careers(people: People, size: Size, seed: int) -> None:
    """Transfers, part time, leave and a rehire, of people who manage nobody."""
    rng = stream(seed, "careers", size.name)
    base = [p for p in people.positions if p.level == WORKER and p.employee < size.employees]
    order = [base[at] for at in rng.permutation(len(base))]
    homes = {p.function: p for p in reversed(base)}
    wanted = max(1, len(base) // 25)
    done: set[int] = set()

    def take(count: int, fits: Callable[[Position], bool]) -> list[Position]:
        free = [p for p in order if p.employee not in done and p.end == OPEN and fits(p)]
        done.update(p.employee for p in free[:count])
        return free[:count]

    moves = (("sales_development", "sales"), ("support", "success"), ("engineering", "solutions"))
    first = clock.day(date(2024, 2, 1))
    for source, target in moves:
        for position in take(max(1, wanted // 2), lambda p, f=source: p.function == f):
            month = clock.months(below(rng, 1, 22 * 30) + max(first, position.start + 60))[0]
            late = "late_hr_change" not in people.planted
            on = _LATE_TRANSFER if late else min(clock.month_start(int(month) + 1), _LATE_TRANSFER)
            if target in homes and on > position.start + 30:
                _move(people, position, on, homes[target], 100, _LATE_RECORDED if late else on)
                people.plant("late_hr_change" if late else "transfer", position.employee)
    for at, position in enumerate(take(wanted, lambda p: p.start < clock.day(date(2025, 6, 1)))):
        fte, on = (50, 60, 80)[at % 3], clock.day(date(2025, 11, 1))
        if at % 2:
            _move(people, position, on, position, fte, on)
        else:
            position.fte = fte
        people.plant("part_time", position.employee)
    for at, position in enumerate(take(wanted, lambda p: p.start < clock.day(date(2024, 3, 1)))):
        start = clock.day(date(2025, 9, 22) if at % 2 == 0 else date(2024, 5, 6)) + at % 40
        kind = ("Parental Leave", "Medical Leave", "Sabbatical")[at % 3]
        people.leaves.append(Leave(position.employee, start, start + (75, 30, 180)[at % 3], kind))
        people.plant("leave", position.employee)
    for position in take(
        1, lambda p: p.start < HISTORY_START and p.function in ("engineering", "support")
    ):
        left, back = clock.day(date(2024, 7, 1)), clock.day(date(2025, 4, 1))
        _move(people, position, back, position, 100, back)
        position.end = position.end_recorded = left
        spell = next(s for s in people.spells if s.employee == position.employee)
        people.spells.append(Spell(position.employee, back, OPEN))
        spell.left = left
        people.plant("rehire", position.employee)


def _move(
    people: People, position: Position, on: int, home: Position, fte: int, recorded: int
) -> None:
    """End a position and begin another where `home` is."""
    profile = _PROFILES[home.function][0] if home is not position else position.profile
    moved = Position(
        position.employee, on, position.end, home.function, home.team, profile, WORKER, fte,
        start_recorded=recorded,
    )  # fmt: skip
    people.positions.append(moved)
    position.end, position.end_recorded = on, recorded


def _salaries(people: People, seed: int) -> None:
    """Pay at hire and a raise on some first of April, in steps of 100 EUR."""
    people.spells.sort(key=lambda spell: (spell.employee, spell.hired))
    first: dict[int, Position] = {}
    for position in people.positions:
        first.setdefault(position.employee, position)
    for spell in people.spells:
        rng = stream(seed, "pay", spell.employee, spell.hired)
        position = first[spell.employee]
        factor = _LEVEL_PAY.get(position.level, 100)
        factor += 25 if position.profile == "senior_account_executive" else 0
        spread = 88 + int(below(rng, 1, 25)[0])
        amount = _PROFILES[position.function][1] * factor * spread // 10_000 // 100 * 100
        people.pay.append(Pay(spell.employee, spell.hired, amount))
        for year in range(2023, 2028):
            april = clock.day(date(year, 4, 1))
            is_raised, percent = bool(chance(rng, 1, 650)[0]), 2 + int(below(rng, 1, 5)[0])
            if is_raised and spell.hired + 180 < april < spell.left:
                amount = amount * (100 + percent) // 100 // 100 * 100
                people.pay.append(Pay(spell.employee, april, amount))
                if year == 2025:
                    people.plant("pay_raise", spell.employee)


def _list_movements(people: People) -> None:
    for spell in people.spells:
        if HISTORY_START <= spell.hired < _BASE_END:
            people.plant("joiner", spell.employee)
        if spell.left < _BASE_END:
            people.plant("leaver", spell.employee)
        if spell.hired >= _BASE_END:
            people.plant("later_joiner", spell.employee)
