"""One hash for what a table holds, and for nothing else."""

from __future__ import annotations

import duckdb
import pytest

from expectations.content_hash import content_hash

WIDE = """
    select
        range as id,
        case when range % 3 = 0 then null else 'name ' || range end as name,
        cast(range * 7 as bigint) as amount_minor,
        cast(range as decimal(18, 12)) / 8 as share,
        range / 3.0::double as score,
        date '2026-01-01' + cast(range as integer) as day,
        timestamp '2026-01-01 00:00:00' + to_seconds(range) as at_utc,
        timestamptz '2026-01-01 00:00:00+00' + to_seconds(range) as at_zone,
        range % 2 = 0 as flag,
        [range, range + 1] as listed,
        {'a': 'x' || range} as packed
    from range(2000)
"""


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for schema in ("bonus", "raw_crm"):
        connection.execute(f"create schema {schema}")
    return connection


@pytest.fixture(params=["bonus.t", "raw_crm.t"])
def table(request: pytest.FixtureRequest) -> str:
    return request.param


def hash_of(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> str:
    connection.execute(f"create or replace table {table} as {select}")
    return content_hash(connection, table)


def test_order_threads_and_time_zone_do_not_matter(
    connection: duckdb.DuckDBPyConnection, table: str
) -> None:
    expected = hash_of(connection, table, WIDE)
    assert len(expected) == 64
    assert hash_of(connection, table, f"{WIDE} order by md5(cast(range as varchar))") == expected
    connection.execute("set threads = 1")
    connection.execute("set timezone = 'Asia/Tokyo'")
    assert hash_of(connection, table, WIDE) == expected


@pytest.mark.parametrize(
    "column",
    [
        "amount_minor + 1 as amount_minor",
        "name || ' ' as name",
        "not flag as flag",
        "share + 0.000000000001 as share",
        "day + 1 as day",
        "nextafter(score, 1e9) as score",
        "at_utc + interval 1 microsecond as at_utc",
        "at_zone + interval 1 second as at_zone",
        "listed[2:] as listed",
        "{'a': 'y'} as packed",
    ],
)
def test_one_changed_cell_is_seen(
    column: str, connection: duckdb.DuckDBPyConnection, table: str
) -> None:
    expected = hash_of(connection, table, WIDE)
    changed = (
        f"select * replace ({column}) from ({WIDE}) where id = 1000 "
        f"union all select * from ({WIDE}) where id <> 1000"
    )
    assert hash_of(connection, table, changed) != expected


def test_a_row_more_or_less_or_twice_is_seen(
    connection: duckdb.DuckDBPyConnection, table: str
) -> None:
    selects = [
        WIDE,
        f"{WIDE} where range <> 7",
        f"select * from ({WIDE}) union all select * from ({WIDE}) where id = 7",
        f"select * from ({WIDE}) union all select * from ({WIDE})",
        f"{WIDE} where false",
    ]
    assert len({hash_of(connection, table, select) for select in selects}) == len(selects)


def test_what_looks_alike_as_text_differs(
    connection: duckdb.DuckDBPyConnection, table: str
) -> None:
    alike = [
        "select null::varchar as a, 'b' as b",
        "select '' as a, 'b' as b",
        "select chr(0) as a, 'b' as b",
        "select 'a' || chr(31) || '1:b' as a, 'c' as b",
        "select 'a' as a, 'b' || chr(31) || '1:c' as b",
        "select 'a' as a, 'b' as c",
        "select '1' as a, 'b' as b",
        "select 1 as a, 'b' as b",
        "select '' as a, 'bb' as b",
        "select 'bb' as a, '' as b",
    ]
    assert len({hash_of(connection, table, select) for select in alike}) == len(alike)


def test_a_published_hash_stays_what_it_is(connection: duckdb.DuckDBPyConnection) -> None:
    """Fails if the hash of unchanged data changes: releases of other days are compared by it."""
    select = "select 1 as id, 'EUR' as currency_code, cast(1.50 as decimal(9, 2)) as rate"
    assert hash_of(connection, "bonus.t", select) == (
        "2e3d9e12459fdf3b846c9899efeaf1318cba5f0e02321b89c63d4937c6207c2d"
    )


def test_a_missing_table_is_an_error(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error):
        content_hash(connection, "bonus.nothing")
