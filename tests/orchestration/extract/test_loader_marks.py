"""What a loader says of a row: that it was deleted, that it is an earlier version, when it came."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from tests.orchestration.extract.loaded import (
    NEXT_DATE,
    USERS,
    land,
    landed,
    opportunity,
    salesforce,
)


def history(*versions: tuple[str, str, bool], deleted: str = "false") -> str:
    return " union all ".join(
        opportunity(
            stage=stage,
            deleted=deleted,
            _fivetran_start=f"timestamp '{start}'",
            _fivetran_active=str(active).lower(),
            _fivetran_synced=f"timestamp '{start}'",
        )
        for start, stage, active in versions
    )


def test_a_table_kept_with_its_history_gives_the_present_and_the_past(place: Path) -> None:
    versions = [("2026-01-01", "Open", False), ("2026-01-03", "Won", True)]
    land(salesforce(place, opportunity=history(*versions)))
    assert [row["stage_name"] for row in landed(place, "opportunity")] == ["Won"]
    past = {
        (row["_fivetran_start"], row["stage_name"]) for row in landed(place, "opportunity_history")
    }
    assert past == {(datetime(2026, 1, 1), "Open"), (datetime(2026, 1, 3), "Won")}


def test_d03_a_row_without_an_active_version_was_deleted(place: Path) -> None:
    land(salesforce(place, opportunity=history(("2026-01-01", "Open", False))))
    (row,) = landed(place, "opportunity")
    assert row["is_deleted"] is True


def test_salesforces_own_history_is_told_from_the_loaders(place: Path) -> None:
    stages = (
        "select 'h1' as id, 'o1' as opportunity_id, timestamp '2026-01-02' as created_date, "
        "'Open' as stage_name"
    )
    now = opportunity(_fivetran_synced="timestamp '2026-01-03'")
    land(salesforce(place, opportunity=now, opportunity_history=stages))
    (row,) = landed(place, "opportunity_history")
    assert (row["id"], row["_fivetran_start"]) == ("o1", datetime(2026, 1, 2))


def test_d03_deleted_rows_show_in_the_column_that_says_so(place: Path) -> None:
    users = f"{USERS}, true as _fivetran_deleted"
    deals = " union all ".join(
        [
            opportunity("o1", _fivetran_deleted="true", _fivetran_synced="timestamp '2026-01-02'"),
            opportunity("o2", deleted="null", _fivetran_deleted="null", _fivetran_synced="null"),
        ]
    ).replace("null as _fivetran_synced", "timestamp '2026-01-02' as _fivetran_synced")
    land(salesforce(place, user=users, opportunity=deals))
    assert {row["id"]: row["is_deleted"] for row in landed(place, "opportunity")} == {
        "o1": True,
        "o2": False,
    }
    assert [row["is_active"] for row in landed(place, "user")] == [False]


def synced(**when: str) -> str:
    return " union all ".join(
        opportunity(id, _fivetran_synced=f"timestamp '{instant}'") for id, instant in when.items()
    )


def test_the_next_night_reads_what_was_written_since(place: Path) -> None:
    land(salesforce(place, opportunity=synced(o1="2026-01-03", o2="2026-01-04")))
    later = synced(o1="2026-01-03", o2="2026-01-04", o3="2026-01-04", o4="2026-01-05")
    land(salesforce(place, opportunity=later), run_date=NEXT_DATE)
    # the instant that was reached is read again: more rows of it may have come since (F08)
    assert [row["id"] for row in landed(place, "opportunity", NEXT_DATE)] == ["o2", "o3", "o4"]


def test_f09_a_loaders_clock_in_the_future_moves_the_cursor_no_further_than_the_night(
    place: Path,
) -> None:
    manifest = land(salesforce(place, opportunity=synced(o1="2999-01-01")))
    assert json.loads(manifest["cursor_to"]) == {"opportunity": "2026-01-06T00:00:00+00:00"}


def test_a_table_without_the_loaders_clock_is_read_whole(place: Path) -> None:
    made = opportunity(last_modified_date="timestamp '2026-01-02'")
    assert land(salesforce(place, opportunity=made))["cursor_to"] is None
