"""A made company's month of help, and what the models of collaboration publish of it.

The SQL is the project's own, compiled by dbt and run in an in-memory DuckDB on rows made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from tests.portability.compiled import by_schema

MODELS = (
    "int_collaboration__shown_groups",
    "fct_collaboration_pairs",
    "fct_collaboration_monthly",
    "fct_team_collaboration",
    "fct_function_flows",
)
MONTHS = (date(2025, 7, 1), date(2025, 8, 1))


@dataclass(frozen=True)
class Person:
    """`groups` has (function, team) of each month, None where the person is not employed."""

    name: str
    groups: tuple[tuple[str, str] | None, ...]


@dataclass(frozen=True)
class Help:
    """Somebody of the month, by place in the list of people, helped somebody."""

    month: int
    giver: int
    taker: int


@dataclass
class Published:
    """A month as everybody sees it, and as it was. Flows by (giver function, taker function),
    teams by name; None where suppressed."""

    flows: dict[tuple[str, str], int | None]
    teams: dict[str, int | None]
    people: dict[str, tuple[str, str]]
    helps: list[tuple[str, str]]


def publish(
    sql: dict[str, str], people: list[Person], helps: list[Help], min_group_size: int,
    steady_group_size: int = 0,
) -> list[Published]:  # fmt: skip
    """What the models make of it, month by month."""
    con = duckdb.connect()
    con.execute("set threads = 1; create schema intermediate; create schema collaboration")
    con.execute("create schema staging; create schema raw_night")
    con.execute("create table raw_night.run as select date '2025-08-31' as run_date")
    con.execute(
        "create table staging.stg_policy__company_settings as select "
        f"{min_group_size} as min_group_size, date '2000-01-01' as valid_from_date, "
        "date '9999-12-31' as valid_to_date"
    )
    con.execute(
        "create table staging.stg_policy__collaboration_settings as select 28 as tie_window_days, "
        "2 as tie_interaction_count, 3 as strong_tie_shared_count, "
        f"{steady_group_size} as steady_group_size, "
        "date '2000-01-01' as valid_from_date, date '9999-12-31' as valid_to_date"
    )
    con.execute(
        "create table intermediate.int_collaboration__available_days(employee_key text, "
        "function text, team text, month_start date, available_days decimal(12, 6))"
    )
    days = [
        (person.name, *group, MONTHS[month], 20)
        for person in people
        for month, group in enumerate(person.groups)
        if group is not None
    ]
    con.executemany(
        "insert into intermediate.int_collaboration__available_days values (?, ?, ?, ?, ?)", days
    )
    con.execute(
        "create table collaboration.fct_interactions(interaction_key text, "
        "giver_employee_key text, taker_employee_key text, event_date date, event_month date, "
        "event_at timestamp, is_counted boolean, is_meaningful boolean, exclusion_reason_code text)"
    )
    rows = [
        (str(n), people[h.giver].name, people[h.taker].name, MONTHS[h.month], MONTHS[h.month])
        for n, h in enumerate(helps)
        if h.giver != h.taker
        and people[h.giver].groups[h.month] is not None
        and people[h.taker].groups[h.month] is not None
    ]
    if rows:
        con.executemany(
            "insert into collaboration.fct_interactions "
            "select ?, ?, ?, ?, ?, timestamp '2025-07-01', true, true, null",
            rows,
        )
    for model in MODELS:
        schema = "intermediate" if model.startswith("int_") else "collaboration"
        select = by_schema(sql[model])
        con.execute(f"create table {schema}.{model} as {select}")
    return [_month(con, people, rows, month) for month in range(len(MONTHS))]


def _month(
    con: duckdb.DuckDBPyConnection, people: list[Person], rows: list[tuple[Any, ...]], month: int
) -> Published:  # fmt: skip
    day = MONTHS[month]
    flows = con.execute(
        "select giver_function, taker_function, interaction_count "
        "from collaboration.fct_function_flows where collaboration_month = ?", [day],
    ).fetchall()  # fmt: skip
    teams = con.execute(
        "select team, give_count from collaboration.fct_team_collaboration "
        "where collaboration_month = ?", [day],
    ).fetchall()  # fmt: skip
    return Published(
        flows={(giver, taker): count for giver, taker, count in flows},
        teams=dict(teams),
        people={p.name: group for p in people if (group := p.groups[month]) is not None},
        helps=[(row[1], row[2]) for row in rows if row[4] == day],
    )
