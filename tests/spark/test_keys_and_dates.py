"""Keys, ids and days are the same text and the same day on DuckDB and on Spark."""

from __future__ import annotations

import hashlib
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.portability.macro_files import Macros
from tests.spark.engines import Engines
from tests.spark.rows import Row, generated


@pytest.fixture(scope="module")
def rows() -> dict[int, Row]:
    return {row.part_id: row for row in generated()}


def test_a_key_is_the_same_for_ever(engines: Engines, rows: dict[int, Row]) -> None:
    """Fails if null, the empty text, a date or an instant is written differently into a key."""

    def write(macros: Macros) -> str:
        key = macros.surrogate_key(["word", "day", "whole_minor", macros.instant_text("instant")])
        return f"select part_id, {key} as part_hash from parts"

    connection, differing = engines.compare(write, "surrogate_key")
    assert differing == []
    for part_id, key in connection.execute("from ours").fetchall():
        row = rows[part_id]
        word = "~null~" if row.word is None else row.word
        instant = row.instant.strftime("%Y-%m-%dT%H:%M:%S.%f")
        text = f"{word}|{row.day}|{row.whole_minor}|{instant}"
        assert key == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), row


def test_d07_short_ids_become_long_ones(engines: Engines) -> None:
    def write(macros: Macros) -> str:
        return f"select distinct word, {macros.sf_id_18('word')} as word_id from parts"

    connection, differing = engines.compare(write, "sf_id_18")
    assert differing == []
    given = dict(connection.execute("from ours where word is not null").fetchall())
    assert given["0012A00001AbcDE"] == "0012A00001AbcDEQAZ"
    assert given["0012A00001abcde"] == "0012A00001abcdeQAA"
    assert given["x" * 18] == "x" * 18


def test_a_set_is_joined_in_one_order(engines: Engines) -> None:
    def write(macros: Macros) -> str:
        return f"""
            select
                group_id,
                {macros.joined_set("word")} as words,
                {macros.joined_set("case when weight > 5 then zone end")} as zones
            from parts
            group by group_id
        """

    _, differing = engines.compare(write, "joined_set")
    assert differing == []


def test_d01_an_instant_falls_on_a_day_of_its_zone(engines: Engines, rows: dict[int, Row]) -> None:
    """Fails if the hour of a daylight-saving change is read differently, or the zone ignored."""

    def write(macros: Macros) -> str:
        return f"""
            select
                part_id,
                {macros.local_date("instant", "zone")} as local_date,
                {macros.day_start_at("day", "zone")} as started_at
            from parts
        """

    connection, differing = engines.compare(write, "local_date")
    assert differing == []
    for part_id, local_date in connection.execute(
        "select part_id, local_date from ours"
    ).fetchall():
        row = rows[part_id]
        local = row.instant.replace(tzinfo=UTC).astimezone(ZoneInfo(row.zone))
        assert local_date == local.date(), row


def test_days_are_counted_and_added(engines: Engines, rows: dict[int, Row]) -> None:
    def write(macros: Macros) -> str:
        later = macros.add_days("day", "day_count")
        return f"""
            select
                part_id,
                {later} as later_date,
                {macros.days_between("day", later)} as day_count,
                {macros.month_start("day")} as first_date,
                {macros.add_minutes("instant", "day_count")} as later_at
            from parts
        """

    connection, differing = engines.compare(write, "days")
    assert differing == []
    found = connection.execute("select part_id, later_date, day_count from ours").fetchall()
    for part_id, later, count in found:
        row = rows[part_id]
        assert later == row.day + timedelta(days=row.day_count)
        assert count == row.day_count
