"""Subtraction as an attacker does it: what follows from the cells that are shown.

The attacker knows who is in which team and function, and the whole of every function that may be
shown and of the company: more than any published table says. Linear algebra over fractions finds
every cell that is determined; sets of lines find every sum of cells that is.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import chain

from tests.privacy.company import Published

Cell = tuple[str, str]


def findings(month: Published, min_group_size: int) -> list[str]:
    """Everything that should not follow from what is shown, in words; empty for a safe month."""
    known = known_functions(month, min_group_size)
    return [
        *(f"shown: {cell}" for cell in small_shown_flows(month, min_group_size)),
        *(f"recovered flow: {cell}" for cell in recovered_flows(month, known)),
        *(f"recovered team: {team}" for team in recovered_teams(month, known)),
        *small_team_sums(month, known, min_group_size),
        *small_flow_sums(month, known, min_group_size),
    ]


def known_functions(month: Published, min_group_size: int) -> set[str]:
    """Functions whose whole the attacker knows: those with a row or column that shows anything."""
    sizes = Counter(function for function, _ in month.people.values())
    shown = {f for cell, count in month.flows.items() if count is not None for f in cell}
    teams = {group[1]: group[0] for group in month.people.values()}
    shown |= {teams[team] for team, count in month.teams.items() if count is not None}
    return {f for f in shown if sizes[f] >= min_group_size}


def recovered_flows(month: Published, known: set[str]) -> set[Cell]:
    """Suppressed cells with help in them whose count follows from what is shown."""
    hidden = [cell for cell, count in month.flows.items() if count is None]
    truth = true_flows(month)
    functions = sorted({function for cell in month.flows for function in cell})
    if len(functions) == 1:
        return set()  # the one cell is the company's own whole
    equations = [
        [Fraction(int(cell[side] == function)) for cell in hidden]
        for side in (0, 1)
        for function in functions
        if function in known
    ]
    equations += _company(month, len(hidden))
    determined = _determined(equations, len(hidden))
    return {hidden[place] for place in determined if truth[hidden[place]]}


def recovered_teams(month: Published, known: set[str]) -> set[str]:
    """Suppressed teams whose total follows from those of functions, the company and other teams."""
    parts: Counter[tuple[str, str]] = Counter((team, f) for f, team in month.people.values())
    hidden = [part for part in parts if month.teams.get(part[0]) is None]
    functions = sorted({function for _, function in parts})
    equations = [[Fraction(int(part[1] == f)) for part in hidden] for f in functions if f in known]
    equations += _company(month, len(hidden))
    determined = _determined(equations, len(hidden))
    open_teams = {part[0] for place, part in enumerate(hidden) if place not in determined}
    return {part[0] for part in hidden} - open_teams


def small_team_sums(month: Published, known: set[str], min_group_size: int) -> list[str]:
    """Wholes less what is shown of them that are about somebody, and about too few."""
    sizes = Counter((function, team) for function, team in month.people.values())
    found = []
    rest_of_company = 0
    for function in {function for function, _ in sizes}:
        rest = sum(
            count for (f, team), count in sizes.items()
            if f == function and month.teams.get(team) is None
        )  # fmt: skip
        if function in known and 0 < rest < min_group_size:
            found.append(f"function {function}: {rest} people")
        rest_of_company += 0 if function in known else sum(
            count for (f, _), count in sizes.items() if f == function
        )  # fmt: skip
    if known and 0 < rest_of_company < min_group_size:
        found.append(f"company: {rest_of_company} people")
    return found


def small_flow_sums(month: Published, known: set[str], min_group_size: int) -> list[str]:
    """Rows and columns less what is shown of them that are about some, but too few, givers or
    takers. A line of which nothing is shown is the team's own total and not a sum of cells."""
    function_of = {name: function for name, (function, _) in month.people.items()}
    truth = true_flows(month)
    found = []
    for side, function in chain(((0, f) for f in known), ((1, f) for f in known)):
        line = [cell for cell in month.flows if cell[side] == function]
        rest = {cell for cell in line if month.flows[cell] is None}
        shown = sum(truth[cell] for cell in line if cell not in rest)
        behind = [
            help_ for help_ in month.helps
            if (function_of[help_[0]], function_of[help_[1]]) in rest
        ]  # fmt: skip
        people = min(len({giver for giver, _ in behind}), len({taker for _, taker in behind}))
        if shown and 0 < people < min_group_size:
            found.append(f"{'gives' if side == 0 else 'takes'} of {function}: {people} people")
    return found


def small_shown_flows(month: Published, min_group_size: int) -> list[Cell]:
    function_of = {name: function for name, (function, _) in month.people.items()}
    found = []
    for cell, count in month.flows.items():
        behind = [h for h in month.helps if (function_of[h[0]], function_of[h[1]]) == cell]
        people = min(len({giver for giver, _ in behind}), len({taker for _, taker in behind}))
        if count is not None and 0 < people < min_group_size:
            found.append(cell)
    return found


def changed_people(before: Published, after: Published, place: int, group: str) -> set[str]:
    """Who is in a function (place 0) or team (1) in one of two months only."""
    old = {name for name, groups in before.people.items() if groups[place] == group}
    new = {name for name, groups in after.people.items() if groups[place] == group}
    return old ^ new


def true_flows(month: Published) -> Counter[Cell]:
    function_of = {name: function for name, (function, _) in month.people.items()}
    return Counter((function_of[giver], function_of[taker]) for giver, taker in month.helps)


def _company(month: Published, width: int) -> list[list[Fraction]]:
    """That all adds up to the company's whole says nothing where nothing is shown beside it."""
    shown = [*month.flows.values(), *month.teams.values()]
    return [[Fraction(1)] * width] if any(count is not None for count in shown) else []


def _determined(equations: list[list[Fraction]], width: int) -> set[int]:
    """The unknowns that a system of linear equations fixes: rows of its reduced form with one."""
    rows = [row[:] for row in equations]
    done = 0
    for column in range(width):
        pivot = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for r in range(len(rows)):
            if r != done and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[done], strict=True)]
        done += 1
    return {
        filled[0] for row in rows[:done]
        if len(filled := [place for place, value in enumerate(row) if value]) == 1
    }  # fmt: skip
