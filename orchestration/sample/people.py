"""Who works at the sample company, and who can be asked to do something on a day.

Here: the facts, however they came to be. hiring.py draws them, hr.py shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from orchestration.sample import clock
from orchestration.sample.draws import Flags, Floats, Ints

OPEN = clock.day(date(9999, 12, 31))
HISTORY_START = clock.day(date(2023, 1, 1))
# What is drawn ahead: people, volumes, the ledger. No night lies beyond it.
HORIZON = clock.day(date(2028, 1, 1))
_FIRST_MONTH = (2022 - 1970) * 12
_MONTHS = 12 * 6
WORKER = "5_Professional"


@dataclass
class Position:
    """What somebody was from `start` on, until the day before `end`."""

    employee: int
    start: int
    end: int  # first day no longer in it
    function: str
    team: str
    profile: str
    level: str
    fte: int  # per cent
    # the day on which HR recorded the start, and the end: usually the same days
    start_recorded: int = -1
    end_recorded: int = -1

    @property
    def title(self) -> str:
        return self.profile.replace("_", " ").capitalize()


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
    planted: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.first)

    def number(self, employee: int) -> str:
        """The employee number that HR and CRM share."""
        return str(10_001 + employee)

    def plant(self, kind: str, employee: int) -> None:
        self.planted.setdefault(kind, []).append(self.number(employee))

    def spells_by_employee(self) -> dict[int, list[Spell]]:
        found: dict[int, list[Spell]] = {}
        for spell in self.spells:
            found.setdefault(spell.employee, []).append(spell)
        return found

    def manager_of(self) -> dict[int, int]:
        """Each employee's manager in their newest position."""
        managers = {team.name: team.manager for team in self.teams}
        return {position.employee: managers[position.team] for position in self.positions}

    def employed(self, employees: Ints, days: Ints) -> Flags:
        """Whether each employee is employed on each day."""
        last = np.zeros(len(self), dtype=np.int64)
        for spell in self.spells:
            last[spell.employee] = max(last[spell.employee], spell.left)
        return days < last[employees]


@dataclass
class Roster:
    """Members of functions and sales profiles in whole months, for picks by the million."""

    offsets: dict[str, Ints]
    counts: dict[str, Ints]
    members: dict[str, Ints]
    active: dict[str, Flags]  # [employee, month]: in the group all month long

    @property
    def functions(self) -> list[str]:
        """The functions that have anybody."""
        return [group for group in self.members if group not in _SALES_GROUPS]

    def pick(self, group: str, days: Ints, draw: Floats) -> Ints:
        """An employee of `group` for each day; -1 where nobody is there."""
        if group not in self.offsets:
            return np.full(len(days), -1, dtype=np.int64)
        month = np.clip(clock.months(days) - _FIRST_MONTH, 0, _MONTHS - 1)
        count = self.counts[group][month]
        slot = self.offsets[group][month] + np.floor(draw * count).astype(np.int64)
        members = self.members[group]
        return np.where(count > 0, members[np.clip(slot, 0, len(members) - 1)], -1)

    def stays(self, group: str, employees: Ints, days: Ints) -> Flags:
        """Whether each employee is in `group` in the whole month of each day."""
        if group not in self.active:
            return np.zeros(len(employees), dtype=bool)
        month = np.clip(clock.months(days) - _FIRST_MONTH, 0, _MONTHS - 1)
        return self.active[group][np.maximum(employees, 0), month] & (employees >= 0)

    def always(self, group: str) -> Ints:
        """Members who are there from the first day of history to the horizon."""
        return np.nonzero(self.active[group][:, 12:].all(axis=1))[0].astype(np.int64)


_SALES_GROUPS = {
    "managers", "sellers", "account_executive", "senior_account_executive", "account_manager",
}  # fmt: skip


def roster(people: People) -> Roster:
    """Members per function and sales profile; a month with leave in it does not count."""
    starts = np.asarray([clock.month_start(_FIRST_MONTH + month) for month in range(_MONTHS + 1)])
    active: dict[str, Flags] = {}
    for position in people.positions:
        groups = [position.function]
        if position.function == "sales" and position.level == WORKER:
            groups += ["sellers", position.profile]
        elif position.function == "sales":
            groups.append("managers")
        for group in groups:
            flags = active.setdefault(group, np.zeros((len(people), _MONTHS), dtype=bool))
            whole = (position.start <= starts[:-1]) & (position.end >= starts[1:])
            flags[position.employee] |= whole
    for leave in people.leaves:
        away = (leave.start < starts[1:]) & (leave.end > starts[:-1])
        for flags in active.values():
            flags[leave.employee] &= ~away
    offsets, counts, members = {}, {}, {}
    for group, flags in active.items():
        _, employee = np.nonzero(flags.T)
        if not len(employee):
            continue
        members[group] = employee.astype(np.int64)
        counts[group] = flags.sum(axis=0).astype(np.int64)
        offsets[group] = np.concatenate([[0], np.cumsum(counts[group])[:-1]]).astype(np.int64)
    return Roster(offsets, counts, members, active)
