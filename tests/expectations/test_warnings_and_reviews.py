"""What only warns stops nothing, and what two people signed passes once."""

from __future__ import annotations

import duckdb
import pytest

from expectations import rules as must
from tests.expectations.asking import TABLE, verdict
from tests.expectations.conftest import Database

PROPORTIONS = must.keep_proportions_of("stage")
VOLUME = must.keep_volume("id", version="version", deleted="gone")


def stages(won_tonight: int) -> str:
    """Yesterday half of 200 rows were won; of tonight's 100 so many are."""
    return (
        "select case when range % 2 = 0 then 'won' else 'lost' end as stage, "
        "date '2026-01-04' as _landed_run_date, 1 as _landing_sequence from range(200) "
        f"union all select case when range < {won_tonight} then 'won' else 'lost' end, "
        "date '2026-01-05', 2 from range(100)"
    )


def thirty_percent_gone() -> str:
    return (
        "select range as id, 1 as version, false as gone, date '2026-01-04' as _landed_run_date, "
        "1 as _landing_sequence from range(1000) union all "
        "select range, 2, true, date '2026-01-05', 2 from range(300)"
    )


@pytest.mark.parametrize(("won", "expected"), [(79, "passed"), (80, "warned"), (20, "warned")])
def test_f27_shares_that_move_are_told_and_stop_nothing(
    won: int, expected: str, database: Database
) -> None:
    assert verdict(database({TABLE: stages(won)}), PROPORTIONS).status == expected


@pytest.mark.parametrize(
    ("table", "kind", "night", "approved_by", "approved_date", "expected"),
    [
        (TABLE, "keep_volume", "2026-01-05", "bob", "2026-01-05", "passed"),
        (TABLE, "keep_volume", "2026-01-05", "ann", "2026-01-05", "broken"),
        (TABLE, "keep_volume", "2026-01-05", "bob", "2026-01-06", "broken"),
        (TABLE, "keep_volume", "2026-01-04", "bob", "2026-01-04", "broken"),
        (TABLE, "keep_its_story_about", "2026-01-05", "bob", "2026-01-05", "broken"),
        ("bonus.others", "keep_volume", "2026-01-05", "bob", "2026-01-05", "broken"),
    ],
)
def test_f27_a_jump_passes_on_the_night_that_two_people_signed(
    table: str,
    kind: str,
    night: str,
    approved_by: str,
    approved_date: str,
    expected: str,
    database: Database,
) -> None:
    path = database({TABLE: thirty_percent_gone()})
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into raw_policy.gate_reviews values (?, ?, ?, 'ann', ?, ?)",
            [table, kind, night, approved_by, approved_date],
        )
    assert verdict(path, VOLUME).status == expected


def test_f26_an_edit_without_a_new_version_passes_on_a_signed_night_only(
    database: Database,
) -> None:
    rule = must.keep_its_story_about("id", "version")
    rows = (
        "select 1 as id, 1 as version, 5 as amount, date '2026-01-04' as _landed_run_date, "
        "1 as _landing_sequence union all select 1, 1, 6, date '2026-01-05', 2"
    )
    path = database({TABLE: rows})
    assert verdict(path, rule).status == "broken"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"insert into raw_policy.gate_reviews values ('{TABLE}', 'keep_its_story_about', "
            "date '2026-01-05', 'ann', 'bob', date '2026-01-05')"
        )
    assert verdict(path, rule).status == "passed"


@pytest.mark.parametrize(("signed", "expected"), [("04", "passed"), ("03", "broken")])
def test_f26_a_signed_edit_stays_signed_while_nothing_lands(
    signed: str, expected: str, database: Database
) -> None:
    """Fails if the night after a reviewed one were refused for what it did not bring."""
    rows = (
        "select 1 as id, 1 as version, 5 as amount, date '2026-01-03' as _landed_run_date, "
        "1 as _landing_sequence union all select 1, 1, 6, date '2026-01-04', 2"
    )
    path = database({TABLE: rows}, last_good="2026-01-03")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"insert into raw_policy.gate_reviews values ('{TABLE}', 'keep_its_story_about', "
            f"date '2026-01-{signed}', 'ann', 'bob', date '2026-01-{signed}')"
        )
    assert verdict(path, must.keep_its_story_about("id", "version")).status == expected


@pytest.mark.parametrize(
    ("last_good", "expected"), [("2026-01-03", "broken"), ("2026-01-04", "passed")]
)
def test_f26_what_a_night_refused_is_refused_again_when_the_next_repeats_it(
    last_good: str, expected: str, database: Database
) -> None:
    """Fails if a refused landing became what was told before: one more night would publish it."""
    rows = " union all ".join(
        f"select {id} as id, 1 as version, {amount} as amount, date '2026-01-0{day}' "
        f"as _landed_run_date, {day} as _landing_sequence"
        for id, amount, day in [(1, 5, 3), (1, 6, 4), (1, 6, 5), (2, 7, 5)]
    )
    path = database({TABLE: rows}, last_good=last_good)
    assert verdict(path, must.keep_its_story_about("id", "version")).status == expected


@pytest.mark.parametrize(
    ("last_good", "expected"), [("2026-01-03", "broken"), ("2026-01-04", "passed")]
)
def test_f27_a_jump_that_a_night_refused_is_refused_on_the_next(
    last_good: str, expected: str, database: Database
) -> None:
    rows = (
        "select range as id, 1 as version, false as gone, date '2026-01-03' as _landed_run_date, "
        "1 as _landing_sequence from range(1000) union all "
        "select range, 2, true, date '2026-01-04', 2 from range(300)"
    )
    path = database({TABLE: rows}, last_good=last_good)
    assert verdict(path, VOLUME).status == expected
