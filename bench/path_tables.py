"""Made paths of many deals, in the tables that the attribution models read.

`python -m bench.path_tables DATABASE DEALS SEED` fills a night's file: deals, their contribution
events as they arrive (by time, not by deal), leads, and the shipped policy with sixteen functions.
About six touches a deal, 5.5 of a hundred deals won; which functions are on a deal decides a little
about it, so that no model has nothing to find.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import duckdb

from orchestration import contract, fits, parquet, warehouse

RUN_DATE = date(2026, 1, 5)
FUNCTIONS = 16
MOST_TOUCHES = 16
POLICY = ("attribution_settings", "company_settings", "currencies", "fiscal_calendar", "functions")
# (1 - u) ** 6 makes the early functions common: the first is on most deals, the last on few
TOUCHES = """
create table main.made_touches as
select deal, touch,
    cast(floor({functions} * power({touch_draw}, 1.6)) as utinyint) as function_number,
    {person_draw} as person
from (select range as touch from range({most})) as touches,
    (select range as deal from range({deals})) as deals
where touch = 0 or touch < 1 + 10 * power({length_draw}, 0.95)
"""
DEALS = """
create table main.made_deals as
select deal,
    {won_draw} < 0.028
        + 0.02 * cast(bool_or(function_number = 3) as int)
        + 0.03 * cast(bool_or(function_number = 6) as int)
        + 0.05 * cast(bool_or(function_number = 3) and bool_or(function_number = 9) as int)
        as is_won,
    count(*) as touch_count,
    date '2023-01-01' + cast(floor(1095 * {day_draw}) as int) as closed_date,
    30 + cast(floor(150 * {age_draw}) as int) as age_days,
    10000 + cast(floor(9990000 * power({amount_draw}, 3)) as bigint) as amount_minor
from main.made_touches group by deal
"""
OPPORTUNITIES = """
create table intermediate.int_funnel__opportunities as
select md5('deal ' || deal) as opportunity_key,
    case when deal % 3 = 0 then 'Expansion' else 'New Business' end as opportunity_type,
    closed_date - age_days + interval 12 hour as created_at,
    closed_date + interval 15 hour as closed_at,
    closed_date,
    case when is_won then closed_date end as won_date,
    case when is_won then closed_date + interval 15 hour end as won_at,
    true as is_closed, is_won, false as is_held,
    amount_minor, 'EUR' as currency_code,
    amount_minor as plan_amount_minor, 'EUR' as plan_currency_code
from main.made_deals
"""
# touch after touch, so that no deal's touches lie together
EVENTS = """
create table contribution.fct_contribution_events as
select md5('touch ' || touch || ' of ' || deal) as contribution_event_key,
    md5('deal ' || deal) as opportunity_key,
    md5('employee ' || function_number || ' ' || cast(floor(125 * person) as int)) as employee_key,
    'function_' || function_number as function,
    closed_date - age_days + interval (touch * age_days * 1440 // touch_count) minute as event_at,
    cast(closed_date - age_days + interval (touch * age_days * 1440 // touch_count) minute as date)
        as event_date,
    cast(1 as decimal(9, 6)) as weight,
    true as is_counted
from main.made_touches inner join main.made_deals using (deal)
order by touch
"""
STAGE_ENTRIES = """
create table intermediate.int_funnel__stage_entries as
select 'lead' as subject, opportunity_key, created_at - interval 20 day as entered_at
from intermediate.int_funnel__opportunities where opportunity_type = 'New Business'
union all
select 'opportunity' as subject, opportunity_key, created_at as entered_at
from intermediate.int_funnel__opportunities
"""
# hard and overlay splits are no part of any model here
SPLITS = """
create table intermediate.int_contribution__split_participants (
    opportunity_key text, book text, employee_key text, function text, weight_units bigint,
    credit_reason_code text
)
"""


def draw(seed: int, *parts: str) -> str:
    """A number from 0 to 1 that depends on the parts and the seed alone, whatever the threads."""
    return f"(hash({', '.join(parts)}, {seed}) / 18446744073709551616.0)"


def main() -> None:
    path, deals, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with warehouse.connect(path) as connection:
        connection.execute(f"set temp_directory = {parquet.literal(path.parent / 'spill')}")
        connection.execute("set memory_limit = '4GB'")
        for schema in ("raw_night", "raw_policy", "raw_fitted", "staging", "intermediate",
                       "contribution"):  # fmt: skip
            connection.execute(f"create schema if not exists {schema}")
        _touches(connection, deals, seed)
        _small_tables(connection)
        touches = connection.execute(
            "select count(*), count(distinct opportunity_key) "
            "from contribution.fct_contribution_events"
        ).fetchone()
        won = connection.execute("select count(*) filter (is_won) from main.made_deals").fetchone()
        connection.execute("drop table main.made_touches")
    assert touches is not None and won is not None, "both are counts"
    print(json.dumps({"touches": touches[0], "deals": touches[1], "won": won[0]}))


def _touches(connection: duckdb.DuckDBPyConnection, deals: int, seed: int) -> None:
    connection.execute(TOUCHES.format(
        functions=FUNCTIONS, most=MOST_TOUCHES, deals=deals,
        touch_draw=draw(seed, "deal", "touch"), length_draw=draw(seed + 1, "deal"),
        # the same person does half of a function's touches on a deal
        person_draw=draw(seed + 2, "deal", "touch // 3"),
    ))  # fmt: skip
    connection.execute(DEALS.format(
        won_draw=draw(seed + 3, "deal"), day_draw=draw(seed + 4, "deal"),
        age_draw=draw(seed + 5, "deal"), amount_draw=draw(seed + 6, "deal"),
    ))  # fmt: skip
    for statement in (OPPORTUNITIES, EVENTS, STAGE_ENTRIES, SPLITS):
        connection.execute(statement)


def _small_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The night, the shipped policy with sixteen functions, and no values fitted yet."""
    connection.execute(f"create table raw_night.run as select date '{RUN_DATE}' as run_date")
    tables = contract.domains()["policy"].tables
    for name in POLICY:
        file = parquet.literal(contract.DBT_PROJECT / "policy" / f"{name}.csv")
        fields = ", ".join(
            f"cast({column.name} as {column.data_type}) as {column.name}"
            for column in tables[name].columns.values()
        )
        connection.execute(
            f"create table raw_policy.{name} as select {fields} "
            f"from read_csv({file}, header = true, all_varchar = true)"
        )
    connection.execute(
        "create or replace table raw_policy.functions as "
        "select 'function_' || range as function, 'Function ' || range as function_name, "
        f"date '2000-01-01' as valid_from_date, date '9999-12-31' as valid_to_date "
        f"from range({FUNCTIONS})"
    )
    for table in contract.fitted().tables.values():
        columns = {name: column.data_type for name, column in table.columns.items()}
        fields = ", ".join(
            f"{name} {kind}" for name, kind in {**columns, **contract.LANDED_COLUMNS}.items()
        )
        connection.execute(f"create table raw_fitted.{table.name} ({fields})")


def fit(path: Path, name: str) -> None:
    """Fit the versions of one table that are not there yet, and put them where models read them."""
    with warehouse.connect(path) as connection:
        columns = getattr(fits, name)(connection)
        selected = fits.select(connection, f"fitted_{name}", columns)
        connection.execute(
            f"insert into raw_fitted.{name} select *, date '{RUN_DATE}', 1 from ({selected})"
        )
        connection.execute(f"drop table fitted_{name}")


def forget_newest(path: Path, name: str) -> None:
    """As if the newest version were not fitted yet, and all before it were landed long ago."""
    with warehouse.connect(path) as connection:
        connection.execute(
            f"delete from raw_fitted.{name} where value_table_version = "
            f"(select max(value_table_version) from raw_fitted.{name})"
        )


if __name__ == "__main__":
    main()
