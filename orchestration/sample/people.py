"""Who works at the sample company: spells, positions, pay and leave of every employee.

The whole future up to HORIZON is drawn at once, so that the people of a night never depend on
how many nights were asked for. Here: facts. What the people system shows of them is hr.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from orchestration.sample import clock, names
from orchestration.sample.draws import Flags, Floats, Ints, below, chance, skewed, stream
from orchestration.sample.sizes import FUNCTION_CODE, FUNCTIONS, Size

OPEN = clock.day(date(9999, 12, 31))
HISTORY_START = clock.day(date(2023, 1, 1))
HORIZON = clock.day(date(2027, 1, 1))
_FIRST_MONTH = (2022 - 1970) * 12
_MONTHS = 12 * 6

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
TEAM_SIZE = 8


@dataclass
class Position:
    employee: int
    start: int
    end: int  # first day no longer in it
    function: str
    team: str
    profile: str
    level: str
    fte: int  # per cent
    title: str


@dataclass
class Pay:
    employee: int
    start: int
    amount: int  # EUR a year


@dataclass
class Spell:
    employee: int
    hired: int
    left: int  # first day no longer employed


@dataclass
class Leave:
    employee: int
    start: int
    end: int  # first day back
    kind: str


@dataclass
class Team:
    name: str
    function: str
    manager: int  # employee, -1 for none
    superior: str | None


@dataclass
class People:
    """`first`, `last`, `address` per employee; everything dated in lists of rows."""

    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    address: list[str] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    pay: list[Pay] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    second_addresses: list[tuple[int, str]] = field(default_factory=list)
    planted: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.first)

    def spells_by_employee(self) -> dict[int, list[Spell]]:
        found: dict[int, list[Spell]] = {}
        for spell in self.spells:
            found.setdefault(spell.employee, []).append(spell)
        return found

    def manager_of(self) -> dict[int, int]:
        """Each employee's manager in their newest position."""
        managers = {team.name: team.manager for team in self.teams}
        return {position.employee: managers[position.team] for position in self.positions}

    def number(self, employee: int) -> str:
        """The employee number that HR and CRM share."""
        return str(10_001 + employee)


def hire_company(size: Size, seed: int) -> People:
    """Every employee there is or will be, up to HORIZON."""
    people = People()
    rng = stream(seed, "people", size.name)
    taken: dict[str, int] = {}
    code = [f for f, count in enumerate(size.people) for _ in range(count)]
    total = len(code)
    first = below(rng, total, len(names.FIRST_NAMES))
    last = below(rng, total, len(names.LAST_NAMES))
    long_ago = chance(rng, total, 550)
    before = clock.day(date(2016, 1, 1)) + below(rng, total, HISTORY_START - clock.day(date(2016, 1, 1)))
    after = HISTORY_START + below(rng, total, clock.day(date(2026, 7, 1)) - HISTORY_START)
    hired = clock.working_day(np.where(long_ago, before, after))
    leaves_company = chance(rng, total, 140)
    stays = skewed(rng, total, (200, 330, 420, 520, 640, 760, 880, 1010, 1200))
    seen: dict[int, int] = {}
    for employee in range(total):
        function = FUNCTIONS[code[employee]]
        rank = seen.get(code[employee], 0)
        seen[code[employee]] = rank + 1
        given, family = names.FIRST_NAMES[first[employee]], names.LAST_NAMES[last[employee]]
        plain = f"{given} {family}"
        people.first.append(given)
        people.last.append(family)
        people.address.append(names.address(given, family, taken.get(plain, 0)))
        taken[plain] = taken.get(plain, 0) + 1
        leads = rank == 0 or rank % TEAM_SIZE == 1
        start = int(before[employee]) if leads else int(hired[employee])
        start = int(clock.working_day(np.asarray([start]))[0])
        gone = OPEN
        if leaves_company[employee] and not leads:
            gone = max(start, HISTORY_START) + int(stays[employee])
            gone = OPEN if gone > HORIZON else gone
        people.spells.append(Spell(employee, start, gone))
        people.positions.append(_position(employee, function, rank, size.people[code[employee]], start, gone))
    _organise(people, size)
    _careers(people, size, seed)
    _salaries(people, seed)
    people.positions.sort(key=lambda p: (p.employee, p.start))
    return people


def _position(employee: int, function: str, rank: int, count: int, start: int, gone: int) -> Position:
    """Rank 0 heads the function, every TEAM_SIZE-th from 1 leads a team, the others work in it."""
    label = function.replace("_", " ")
    if rank == 0:
        if function == "sales":
            return Position(employee, start, gone, function, "Executive Board", "chief_executive", "1_Executive", 100, "Chief Executive")
        return Position(employee, start, gone, function, f"{_named(function)} Leadership", f"head_of_{function}", "2_Head", 100, f"Head of {label}")
    profile = _PROFILES[function][0]
    if not _has_teams(count):
        return Position(employee, start, gone, function, _named(function), profile, "5_Professional", 100, profile.replace("_", " ").title())
    if rank % TEAM_SIZE == 1:
        return Position(employee, start, gone, function, _named(function), f"{function}_team_lead", "3_Lead", 100, f"Team lead {label}")
    team = f"{_named(function)} {(rank - 1) // TEAM_SIZE + 1}"
    if function == "sales":
        within = rank % TEAM_SIZE
        profile = "senior_account_executive" if within in (2, 3) else "account_manager" if within in (4, 5) else profile
    return Position(employee, start, gone, function, team, profile, "5_Professional", 100, profile.replace("_", " ").title())


def _named(function: str) -> str:
    return function.replace("_", " ").title()


def _has_teams(count: int) -> bool:
    return count > TEAM_SIZE + 1


def _organise(people: People, size: Size) -> None:
    """Teams and their managers. Nobody manages the organisation they are a member of."""
    chief = next(p.employee for p in people.positions if p.profile == "chief_executive")
    people.teams.append(Team("Executive Board", "sales", -1, None))
    for code, function in enumerate(FUNCTIONS):
        members = [p for p in people.positions if p.function == function]
        if not members:
            continue
        head = members[0].employee
        if function != "sales":
            people.teams.append(Team(f"{_named(function)} Leadership", function, chief, "Executive Board"))
        superior = "Executive Board" if function == "sales" else f"{_named(function)} Leadership"
        people.teams.append(Team(_named(function), function, head, superior))
        if _has_teams(size.people[code]):
            for at, member in enumerate(members[1::TEAM_SIZE]):
                people.teams.append(Team(f"{_named(function)} {at + 1}", function, member.employee, _named(function)))


def _careers(people: People, size: Size, seed: int) -> None:
    """Transfers, part time, leave and a rehire, for people who are not managers."""
    rng = stream(seed, "careers", size.name)
    movers = [p for p in people.positions if p.level == "5_Professional"]
    order = rng.permutation(len(movers))
    wanted = max(1, len(movers) // 25)
    steps = {"transfer": ("sales_development", "sales"), "back": ("support", "success"), "swap": ("solutions", "product")}
    homes = {p.function: p for p in movers}
    done: set[int] = set()

    def take(fits) -> list[Position]:
        found = [movers[at] for at in order if movers[at].employee not in done and fits(movers[at])][:wanted]
        done.update(p.employee for p in found)
        return found

    change = below(rng, 4096, clock.day(date(2025, 12, 1)) - clock.day(date(2024, 2, 1)))
    at = 0
    for source, target in steps.values():
        if target not in homes:
            continue
        for position in take(lambda p: p.function == source and p.start < HISTORY_START + 365 and p.end == OPEN)[: max(1, wanted // 2)]:
            on = clock.month_start(int(clock.months(np.asarray([clock.day(date(2024, 2, 1)) + change[at]]))[0]))
            at += 1
            on = max(on, position.start + 60)
            home = homes[target]
            people.positions.append(
                Position(position.employee, on, OPEN, target, home.team, _PROFILES[target][0], "5_Professional", position.fte, _PROFILES[target][0].replace("_", " ").title())
            )
            position.end = on
            people.planted.setdefault("transfer", []).append(people.number(position.employee))
    for position in take(lambda p: p.end == OPEN and p.start < clock.day(date(2025, 6, 1))):
        on = max(clock.day(date(2025, 8, 15)), position.start + 30) if len(people.planted.get("part_time", [])) % 2 else position.start
        fte = (50, 60, 80)[len(people.planted.get("part_time", [])) % 3]
        if on > position.start:
            people.positions.append(Position(position.employee, on, OPEN, position.function, position.team, position.profile, position.level, fte, position.title))
            position.end = on
        else:
            position.fte = fte
        people.planted.setdefault("part_time", []).append(people.number(position.employee))
    for count, position in enumerate(take(lambda p: p.end == OPEN and p.start < clock.day(date(2025, 3, 1)))):
        start = clock.day(date(2025, 9, 22)) + count % 40 if count % 2 == 0 else clock.day(date(2024, 5, 6)) + count
        people.leaves.append(Leave(position.employee, start, start + (75, 30, 180)[count % 3], ("Parental Leave", "Medical Leave", "Sabbatical")[count % 3]))
        people.planted.setdefault("leave", []).append(people.number(position.employee))
    for position in take(lambda p: p.end == OPEN and p.start < HISTORY_START and p.function in ("engineering", "support"))[:1]:
        left, back = clock.day(date(2024, 7, 1)), clock.day(date(2025, 4, 1))
        people.positions.append(Position(position.employee, back, OPEN, position.function, position.team, position.profile, position.level, position.fte, position.title))
        position.end = left
        people.spells = [s for s in people.spells if s.employee != position.employee]
        people.spells += [Spell(position.employee, people.positions[-1].start, OPEN)]
        people.spells += [Spell(position.employee, position.start, left)]
        people.planted["rehire"] = [people.number(position.employee)]
    people.spells.sort(key=lambda s: (s.employee, s.hired))
    for spell in people.spells:
        kind = "joiner" if HISTORY_START <= spell.hired < clock.day(date(2026, 1, 5)) else None
        if kind:
            people.planted.setdefault("joiner", []).append(people.number(spell.employee))
        if spell.left < clock.day(date(2026, 1, 5)):
            people.planted.setdefault("leaver", []).append(people.number(spell.employee))


def _salaries(people: People, seed: int) -> None:
    """Pay at hire and a raise on some first of April, in steps of 100 EUR."""
    first_position: dict[int, Position] = {}
    for position in people.positions:
        first_position.setdefault(position.employee, position)
    for spell in people.spells:
        rng = stream(seed, "pay", spell.employee, spell.hired)
        position = first_position[spell.employee]
        base = _PROFILES[position.function][1]
        factor = {"1_Executive": 260, "2_Head": 190, "3_Lead": 140}.get(position.level, 100)
        factor += 25 if position.profile == "senior_account_executive" else 0
        amount = base * factor * int(88 + below(rng, 1, 25)[0]) // 10_000 // 100 * 100
        people.pay.append(Pay(spell.employee, spell.hired, amount))
        for year in range(2023, 2027):
            april = clock.day(date(year, 4, 1))
            raised, percent = bool(chance(rng, 1, 650)[0]), int(2 + below(rng, 1, 5)[0])
            if spell.hired + 180 < april < spell.left and raised:
                amount = amount * (100 + percent) // 100 // 100 * 100
                people.pay.append(Pay(spell.employee, april, amount))


@dataclass
class Roster:
    """Who can be asked to do something in a function in a month: arrays for vectorised picks."""

    offsets: dict[str, Ints]
    counts: dict[str, Ints]
    members: dict[str, Ints]
    active: dict[str, Flags]  # [employee, month]: in the function all month long

    def pick(self, group: str, days: Ints, draw: Floats) -> Ints:
        """An employee of `group` for each day; -1 where nobody is there."""
        if group not in self.offsets:
            return np.full(len(days), -1, dtype=np.int64)
        month = np.clip(clock.months(days) - _FIRST_MONTH, 0, _MONTHS - 1)
        count = self.counts[group][month]
        slot = self.offsets[group][month] + np.floor(draw * count).astype(np.int64)
        members = self.members[group]
        found = members[np.clip(slot, 0, max(0, len(members) - 1))] if len(members) else np.full(len(days), -1)
        return np.where(count > 0, found, -1)

    def stays(self, group: str, employees: Ints, days: Ints) -> Flags:
        """Whether each employee is in `group` in the month of each day."""
        if group not in self.active:
            return np.zeros(len(employees), dtype=bool)
        month = np.clip(clock.months(days) - _FIRST_MONTH, 0, _MONTHS - 1)
        return self.active[group][np.maximum(employees, 0), month] & (employees >= 0)


def roster(people: People) -> Roster:
    """Members per function, and per sales profile, in whole months (leave does not count)."""
    starts = np.asarray([clock.month_start(_FIRST_MONTH + m) for m in range(_MONTHS + 1)])
    active: dict[str, Flags] = {}
    for position in people.positions:
        groups = [position.function]
        if position.function == "sales":
            groups.append("managers" if position.level != "5_Professional" else position.profile)
            if position.level == "5_Professional":
                groups.append("sellers")
        for group in groups:
            flags = active.setdefault(group, np.zeros((len(people), _MONTHS), dtype=bool))
            flags[position.employee] |= (position.start <= starts[:-1]) & (position.end >= starts[1:])
    for leave in people.leaves:
        away = (leave.start < starts[1:]) & (leave.end > starts[:-1])
        for flags in active.values():
            flags[leave.employee] &= ~away
    offsets, counts, members = {}, {}, {}
    for group, flags in active.items():
        month, employee = np.nonzero(flags.T)
        members[group] = employee.astype(np.int64)
        counts[group] = flags.sum(axis=0).astype(np.int64)
        offsets[group] = np.concatenate([[0], np.cumsum(counts[group])[:-1]]).astype(np.int64)
    return Roster(offsets, counts, members, active)
