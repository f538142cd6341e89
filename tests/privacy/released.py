"""A release as its readers have it: what everybody sees, beside what only HR may see."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.privacy.company import Published


def months_of(release: Path) -> list[Published]:
    """Every month of collaboration that a release shows, with the truth beside it."""
    con = duckdb.connect()
    con.execute(f"attach '{release / 'bi.duckdb'}' as bi (read_only)")
    con.execute(f"attach '{release / 'workforce.duckdb'}' as workforce (read_only)")
    people = con.execute(
        "select collaboration_month, employee_key, function, team "
        "from workforce.collaboration.fct_collaboration_monthly where available_days > 0"
    ).fetchall()
    helps = con.execute(
        "select event_month, giver_employee_key, taker_employee_key "
        "from workforce.collaboration.fct_interactions where is_counted"
    ).fetchall()
    flows = con.execute(
        "select collaboration_month, giver_function, taker_function, interaction_count "
        "from bi.collaboration.fct_function_flows"
    ).fetchall()
    teams = con.execute(
        "select collaboration_month, team, give_count from bi.collaboration.fct_team_collaboration"
    ).fetchall()
    con.close()
    months = {}
    for month in sorted({row[0] for row in people}):
        there = {name: (function, team) for m, name, function, team in people if m == month}
        months[month] = Published(
            flows={(giver, taker): count for m, giver, taker, count in flows if m == month},
            teams={team: count for m, team, count in teams if m == month},
            people=there,
            # who is away for the whole month may still have answered once: nobody's cell
            helps=[(g, t) for m, g, t in helps if m == month and g in there and t in there],
        )
    return list(months.values())


def named_in(release: Path) -> list[str]:
    """`table.column` of the file for everybody where a value is a key, number, name or address of
    somebody."""
    con = duckdb.connect()
    con.execute(f"attach '{release / 'bi.duckdb'}' as bi (read_only)")
    con.execute(f"attach '{release / 'workforce.duckdb'}' as workforce (read_only)")
    con.execute(
        "create table names as select unnest([employee_key, employee_number, employee_name, "
        "lower(email)]) as name from workforce.people.dim_employees"
    )
    columns = con.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where database_name = 'bi' and data_type = 'VARCHAR'"
    ).fetchall()
    found = []
    for schema, table, column in columns:
        query = (
            f'select count(*) from bi."{schema}"."{table}" '
            f'where lower("{column}") in (select lower(name) from names)'
        )
        if con.execute(query).fetchone() != (0,):
            found.append(f"{table}.{column}")
    con.close()
    return found
