"""Draws, clock and ids: the ground that the same bytes everywhere stand on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest

from orchestration.sample import clock, salesforce
from orchestration.sample.draws import below, chance, skewed, stream, weighted


def test_a_topic_has_a_stream_of_its_own() -> None:
    one = stream(1, "deals", 0).integers(0, 1 << 40, 5)
    assert (one == stream(1, "deals", 0).integers(0, 1 << 40, 5)).all()
    for other in (stream(2, "deals", 0), stream(1, "deals", 1), stream(1, "people")):
        assert (one != other.integers(0, 1 << 40, 5)).any()


def test_streams_are_the_same_on_every_machine() -> None:
    """Fails if another version of numpy draws other numbers from the same seed."""
    assert below(stream(20260105, "golden"), 4, 1_000).tolist() == [286, 324, 950, 708]


def test_draws_stay_within_their_bounds() -> None:
    rng = stream(1, "bounds")
    assert set(below(rng, 1_000, 3).tolist()) == {0, 1, 2}
    assert below(rng, 2, np.asarray([1, 1])).tolist() == [0, 0]
    assert not chance(rng, 100, 0).any() and chance(rng, 100, 1000).all()
    values = skewed(rng, 1_000, (10, 20, 100))
    assert values.min() >= 10 and values.max() <= 100 and 15 < np.median(values) < 25
    assert set(weighted(rng, 1_000, (1, 0, 3)).tolist()) == {0, 2}


@pytest.mark.parametrize("year", [1999, 2023, 2025, 2026, 2040])
def test_d01_local_time_is_that_of_berlin(year: int) -> None:
    """Fails if an hour around a clock change, or any other, is put on another instant or day."""
    berlin = ZoneInfo("Europe/Berlin")
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    instants = start + np.arange(366 * 24 * 2, dtype=np.int64) * 1_800
    moments = [datetime.fromtimestamp(int(instant), berlin) for instant in instants]
    days = [clock.day(moment.date()) for moment in moments]
    assert clock.local_day(instants).tolist() == days
    # the second of the doubled hour cannot be told from its reading
    readings = [moment.replace(tzinfo=None, fold=0) for moment in moments]
    local = np.asarray([int(r.replace(tzinfo=UTC).timestamp()) for r in readings], dtype=np.int64)
    first = np.asarray([moment.fold == 0 for moment in moments])
    assert (clock.to_utc(local)[first] == instants[first]).all()


def test_working_days_leave_out_weekends() -> None:
    friday = clock.day(date(2026, 1, 9))
    days = friday + np.arange(4)
    assert (clock.working_day(days) - friday).tolist() == [0, 3, 3, 3]
    assert clock.as_date(clock.month_start(int(clock.months(days)[0]))) == date(2026, 1, 1)


def test_d07_check_characters_are_those_of_salesforce() -> None:
    # the example of Salesforce's own documentation of the 18-character form
    assert salesforce.with_check("0015000000Gv7qJ") == "0015000000Gv7qJAAR"
    assert salesforce.with_check("00570000001ZwTi") == "00570000001ZwTiAAK"


def test_ids_are_the_same_in_python_and_in_sql() -> None:
    connection = duckdb.connect()
    connection.execute(salesforce.MACROS)
    numbers = [0, 35, 61, 62, 999_999, 123_456_789, 62**5 - 1]
    for prefix in ("006", "00T", "00Q", "0Sp", "00q", "A0B"):
        for number in numbers:
            row = connection.execute(
                f"select id15('{prefix}', {number}), id18('{prefix}', {number})"
            ).fetchone()
            expected = salesforce.id18(prefix, number)
            assert row == (expected[:15], expected)
