"""Landing: rows a second over a local API, from CSV and from Parquet, each beside the bare client
on the same bytes; and what one more day of events costs after three years of them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from bench import measure
from bench.landing_once import make_tickets

_DAYS = 3 * 365
# Segment's tracks with our names, one file a year and one for the day after
_EVENTS = """
select
    uuid()::varchar as message_id,
    'A' || (hash(range * 7) % 5000) as account_id,
    'U' || (hash(range * 13) % 50000) as user_id,
    'F' || (hash(range * 17) % 40) as feature_id,
    timestamp '2023-01-01' + interval ({first} + range % {days}) day
        + interval (range % 86400) second as timestamp
from range({rows})
"""


def report(rows: int, events: tuple[int, ...]) -> None:
    duckdb.sql("set enable_progress_bar = false")
    with tempfile.TemporaryDirectory(prefix="winshare-bench-") as folder:
        _rows_a_second(rows, Path(folder))
    for count in events:
        with tempfile.TemporaryDirectory(prefix="winshare-bench-") as folder:
            _one_more_day(count, Path(folder))


def _rows_a_second(rows: int, folder: Path) -> None:
    print(f"\nlanding {rows:,} rows")
    print(f"  {'':<26}{'rows/s':>10}{'wall s':>8}{'CPU s':>8}{'MiB':>8}")
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.paged_api", str(rows), "1000"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None, "it was asked for"
    address = server.stdout.readline().strip()
    try:
        _pair("api", address, folder, "API, pages of 1,000")
    finally:
        server.communicate()
    for ending in ("csv", "parquet"):
        place = folder / ending
        make_tickets(place, rows, ending)
        _pair(ending, str(place), folder, ending)


def _pair(what: str, address: str, folder: Path, title: str) -> None:
    ours = measure.run("bench.landing_once", [what, address, str(folder / f"home_{what}"), "0"], {})
    bare = measure.run(
        "bench.landing_once", [f"bare_{what}", address, str(folder / f"b_{what}")], {}
    )
    assert ours.said["rows"] == bare.said["rows"], "the same rows"
    for name, cost in ((title, ours), ("  the bare client", bare)):
        speed = cost.said["rows"] / cost.said["seconds"]
        print(
            f"  {name:<26}{speed:>10,.0f}{cost.said['seconds']:>8.1f}{cost.cpu_seconds:>8.1f}"
            f"{cost.peak_mib:>8.0f}"
        )
    print(f"  {ours.cpu_seconds / bare.cpu_seconds:.1f} x the CPU of the bare client")


def _one_more_day(events: int, folder: Path) -> None:
    """Three years landed at once and rolled up; a day more the night after, whose message ids are
    held against all of theirs, and one when policy remembers theirs no more."""
    place = folder / "usage"
    (place / "event").mkdir(parents=True)
    duckdb.sql(
        "copy (select 'F1' as id, 'F1' as name, timestamp '2023-01-01' as last_updated_at) "
        f"to '{place}/feature.parquet'"
    )
    for year in range(3):
        made = _EVENTS.format(first=year * 365, days=365, rows=events // 3)
        duckdb.sql(f"copy ({made}) to '{place}/event/{year}.parquet' (compression zstd)")
    costs = []
    for night, name in ((0, "three years"), (1, "one day more"), (8, "one day, a week on")):
        if night:
            made = _EVENTS.format(first=_DAYS + night, days=1, rows=events // _DAYS)
            duckdb.sql(f"copy ({made}) to '{place}/event/day{night}.parquet' (compression zstd)")
        arguments = ["events", str(place), str(folder / "home"), str(night)]
        costs.append((name, measure.run("bench.landing_once", arguments, {})))
    print(f"\nevents: {events:,} in three years, landed and rolled up")
    print(f"  {'':<26}{'events':>14}{'wall s':>8}{'CPU s':>8}{'MiB':>8}")
    for name, cost in costs:
        print(
            f"  {name:<26}{cost.said['rows']:>14,}{cost.said['seconds']:>8.1f}"
            f"{cost.cpu_seconds:>8.1f}{cost.peak_mib:>8.0f}"
        )
    years, *days = (cost.said["seconds"] for _, cost in costs)
    shares = " and ".join(f"{day / years:.4f}" for day in days)
    print(f"  a day costs {shares} of three years; {1 / _DAYS:.4f} would be its share")
