"""Product events in the shapes of others: a file is read in one night, a message counts once."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import contract, durable, landing, rollup
from orchestration.errors import SourceError
from orchestration.extract import files
from orchestration.settings import DomainSource
from tests.one_key import give_key

EXAMPLES = contract.PROJECT / "examples" / "product_events"
FIRST = date(2026, 1, 5)

# message, account, user, feature, instant
Event = tuple[str, str | None, str, str, str]


def segment(path: Path, events: list[Event]) -> None:
    """JSON lines, gzipped, as Segment's tracks."""
    with gzip.open(path.with_suffix(".ndjson.gz"), "wt") as stream:
        for message, account, user, feature, at in events:
            row = {"id": message, "context_group_id": account, "user_id": None,
                   "anonymous_id": user, "event": feature, "timestamp": at + "Z",
                   "received_at": at, "context_ip": "10.0.0.1"}  # fmt: skip
            stream.write(json.dumps(row) + "\n")


def snowplow(path: Path, events: list[Event]) -> None:
    """Comma-separated, as Snowplow's events."""
    with path.with_suffix(".csv").open("w", newline="") as stream:
        written = csv.writer(stream)
        written.writerow(["event_id", "user_id", "domain_userid", "event_name", "se_action",
                          "derived_tstamp", "contexts_com_company_account_1"])  # fmt: skip
        for message, account, user, feature, at in events:
            context = json.dumps([{"account_id": account}]) if account else ""
            written.writerow([message, user, "cookie", "struct", feature, at, context])


def posthog(path: Path, events: list[Event]) -> None:
    """Parquet, as PostHog's events."""
    rows = [
        (message, user, feature, json.dumps({"$groups": {"company": account}}), at)
        for message, account, user, feature, at in events
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "create table made (uuid text, distinct_id text, event text, properties text, "
            "timestamp timestamp)"
        )
        connection.executemany("insert into made values (?, ?, ?, ?, ?)", rows or [[None] * 5])
        connection.execute(f"copy made to '{path.with_suffix('.parquet')}'")


SHAPES: list[tuple[str, str, Callable[[Path, list[Event]], None]]] = [
    ("segment", "tracks", segment),
    ("snowplow", "events", snowplow),
    ("posthog", "events", posthog),
]


def land(tmp_path: Path, shape: str, night: int) -> dict[str, Any]:
    mappings = tmp_path / "mappings"
    mappings.mkdir(exist_ok=True)
    (mappings / "event.sql").write_bytes((EXAMPLES / shape / "event.sql").read_bytes())
    (mappings / "feature.csv").write_text("id,name,last_updated_at\nsearch,Search,2026-01-01\n")
    source = DomainSource(way="files", path=tmp_path / "exports", mappings=mappings)
    usage = contract.domains()["product_usage"]
    run_date = FIRST + timedelta(days=night)
    return landing.land(
        tmp_path / "home",
        usage,
        run_date,
        "files",
        lambda connection, cursor: files.read(connection, usage, source, run_date, cursor),
    )


def sums(tmp_path: Path) -> dict[tuple[str, str, str, str], int]:
    """What the models see: the daily sums of all landed files, added up."""
    table = contract.domains()["product_usage"].tables["event"]
    landed = landing.files_of(tmp_path / "home", "product_usage", table, date.max)
    paths = [str(rollup.rolled_up(tmp_path / "home", landed, n)) for n in range(len(landed))]
    rows = duckdb.execute(
        "select account_id, user_id, feature_id, cast(event_date as varchar), sum(event_count) "
        "from read_parquet(?) group by all",
        [paths],
    ).fetchall()
    return {row[:-1]: int(row[-1]) for row in rows}


def policy_remembers(home: Path, days: int) -> None:
    """Land a policy that says how long message ids are remembered."""
    give_key(home)
    policy = contract.domains()["policy"].tables["company_settings"]
    folder = home / "landing" / "policy"
    (folder / "company_settings").mkdir(parents=True)
    path = folder / "company_settings" / "2026-01-05.parquet"
    duckdb.sql(
        f"copy (select {days}::bigint as event_memory_days, date '2000-01-01' as valid_from_date, "
        f"date '9999-12-31' as valid_to_date) to '{path}'"
    )
    file = {"path": f"company_settings/{path.name}", "sha256": "", "bytes": 0, "rows": 1}
    manifest = {"run_date": "2026-01-05", "tables": {policy.name: {"files": [file]}}}
    durable.make_folder(folder / "manifests")
    durable.write_bytes(landing.manifest_path(home, "policy", FIRST), json.dumps(manifest).encode())


@pytest.mark.parametrize(("shape", "folder", "write"), SHAPES)
def test_c04_a_message_counts_once_in_a_file_and_across_files(
    tmp_path: Path, shape: str, folder: str, write: Callable[[Path, list[Event]], None]
) -> None:
    exported = tmp_path / "exports" / folder
    exported.mkdir(parents=True)
    first = ("m1", "A1", "u1", "search", "2026-01-04T10:00:00")
    second = ("m2", "A1", "u1", "search", "2026-01-04T11:00:00")
    write(exported / "one", [first, second, first, ("m3", None, "u1", "search", first[-1])])
    write(exported / "two", [second])
    assert land(tmp_path, shape, 0)["tables"]["event"]["rows"] == 4
    third = ("m4", "A2", "u2", "export", "2026-01-05T23:59:59")
    write(exported / "three", [first, third])
    assert land(tmp_path, shape, 1)["tables"]["event"]["rows"] == 2
    assert sums(tmp_path) == {
        ("A1", "u1", "search", "2026-01-04"): 2,
        ("A2", "u2", "export", "2026-01-05"): 1,
    }


def test_a_night_without_new_files_lands_no_event(tmp_path: Path) -> None:
    exported = tmp_path / "exports" / "tracks"
    exported.mkdir(parents=True)
    segment(exported / "one", [("m1", "A1", "u1", "search", "2026-01-04T10:00:00")])
    land(tmp_path, "segment", 0)
    # its time is another, its bytes are not: it was restored from a backup, say
    (exported / "one.ndjson.gz").touch()
    assert land(tmp_path, "segment", 1)["tables"]["event"]["rows"] == 0


def test_a_file_that_was_read_and_changes_stops_the_night(tmp_path: Path) -> None:
    """Fails if events could be counted twice because a file is written to after it was read."""
    exported = tmp_path / "exports" / "tracks"
    exported.mkdir(parents=True)
    event = ("m1", "A1", "u1", "search", "2026-01-04T10:00:00")
    segment(exported / "one", [event])
    before = land(tmp_path, "segment", 0)["cursor_to"]
    segment(exported / "one", [event, ("m2", "A1", "u1", "search", "2026-01-05T10:00:00")])
    with pytest.raises(SourceError, match=r"one.ndjson.gz was read .* and has changed since"):
        land(tmp_path, "segment", 1)
    (exported / "one.ndjson.gz").unlink()
    segment(exported / "two", [("m2", "A1", "u1", "search", "2026-01-05T10:00:00")])
    manifest = land(tmp_path, "segment", 1)
    assert manifest["cursor_from"] == before
    assert manifest["tables"]["event"]["rows"] == 1


@pytest.mark.parametrize(("days", "counted"), [(1, 2), (2, 1)])
def test_policy_says_for_how_long_a_message_is_remembered(
    tmp_path: Path, days: int, counted: int
) -> None:
    policy_remembers(tmp_path / "home", days)
    exported = tmp_path / "exports" / "tracks"
    exported.mkdir(parents=True)
    event = ("m1", "A1", "u1", "search", "2026-01-04T10:00:00")
    other = ("m2", "A1", "u1", "export", "2026-01-04T10:00:00")
    for night, name, events in ((0, "one", [event]), (2, "two", [event, other])):
        segment(exported / name, events)
        land(tmp_path, "segment", night)
    assert sums(tmp_path)["A1", "u1", "search", "2026-01-04"] == counted


def test_files_of_one_folder_have_one_header(tmp_path: Path) -> None:
    exported = tmp_path / "exports" / "events"
    exported.mkdir(parents=True)
    snowplow(exported / "one", [("m1", "A1", "u1", "search", "2026-01-04T10:00:00")])
    (exported / "two.csv").write_text("event_id,user\nm2,u1\n")
    with pytest.raises(SourceError, match=r"two.csv has another header than .*one.csv"):
        land(tmp_path, "snowplow", 0)
