"""One landing in this process, or the bare client on the same bytes; prints rows and seconds.

python -m bench.landing_once api|csv|parquet|events ADDRESS HOME NIGHT
python -m bench.landing_once bare_api|bare_csv|bare_parquet ADDRESS HOME
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb

FIRST = date(2026, 1, 5)
_COLUMNS = ("id, assignee_id, requester_id, organization_id, subject, status, priority, "
            "via_channel, created_at, updated_at")  # fmt: skip


def _landed(domain: str, place: str, home: Path, night: int) -> int:
    """Land one night of a domain by the way that `place` is; how many rows of its large table."""
    from orchestration import contract, landing, rollup
    from orchestration.extract import ways
    from orchestration.settings_tables import ApiSource, DomainSource

    if place.startswith("http"):
        asked = ApiSource(url=place, token="none", user="bench@example.com")
        source = DomainSource(way="api", vendor="zendesk", api=asked)
    else:
        source = DomainSource(way="files", path=Path(place))
    wanted = contract.domains()[domain]
    run_date = FIRST + timedelta(days=night)
    reader = ways.reader(wanted, source, run_date, home)
    manifest = landing.land(home, wanted, run_date, source.way, reader)
    if domain == "product_usage":
        landed = landing.files_of(home, domain, wanted.tables["event"], run_date)
        rollup.rolled_up(home, landed, len(landed) - 1)
    return manifest["tables"]["event" if domain == "product_usage" else "ticket"]["rows"]


def _bare_api(address: str, home: Path) -> int:
    """What a person would write: get a page, parse it, write its rows, go on; then make a table."""
    import requests

    path = home / "tickets.ndjson"
    home.mkdir(parents=True, exist_ok=True)
    params: dict[str, str] = {"start_time": "0"}
    with requests.Session() as session, path.open("wb") as written:
        while True:
            answer = session.get(f"{address}/api/v2/incremental/tickets/cursor.json", params=params)
            told = answer.json()
            written.write(answer.content + b"\n")
            if told["end_of_stream"]:
                break
            params = {"cursor": told["after_cursor"]}
    rows = f"(select unnest(tickets) as t from read_json('{path}', maximum_object_size = 16777216))"
    duckdb.sql(f"copy (select t.* from {rows}) to '{home}/tickets.parquet' (compression zstd)")
    return _rows(home / "tickets.parquet")


def _bare_files(address: str, home: Path) -> int:
    home.mkdir(parents=True, exist_ok=True)
    path = next(Path(address).glob("ticket.*"))
    duckdb.sql(f"copy (from '{path}') to '{home}/tickets.parquet' (compression zstd)")
    return _rows(home / "tickets.parquet")


def _rows(path: Path) -> int:
    return duckdb.sql(f"select count(*) from '{path}'").fetchone()[0]


def make_tickets(folder: Path, rows: int, ending: str) -> None:
    """The same tickets in a file, and one row of what else the contract wants."""
    folder.mkdir(parents=True)
    made = (
        "select range::varchar as id, (range % 97)::varchar as assignee_id, "
        "(range % 10007)::varchar as requester_id, (range % 1009)::varchar as organization_id, "
        "'Ticket ' || range as subject, ['new', 'open', 'pending', 'solved'][range % 4 + 1] as "
        "status, null::varchar as priority, 'web' as via_channel, "
        "timestamp '2025-06-01 10:00:00' as created_at, timestamp '2025-06-02 10:00:00' "
        f"as updated_at from range({rows})"
    )
    organizations = "select '1' as id, 'Acme' as name, timestamp '2025-01-01' as updated_at"
    users = (
        "select '1' as id, 'a@b' as email, 'agent' as role, timestamp '2025-01-01' as updated_at"
    )
    duckdb.sql(f"copy (select {_COLUMNS} from ({made})) to '{folder}/ticket.{ending}'")
    duckdb.sql(f"copy ({users}) to '{folder}/user.{ending}'")
    duckdb.sql(f"copy ({organizations}) to '{folder}/organization.{ending}'")


def main() -> None:
    what, address, home = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    domain = "product_usage" if what == "events" else "support"
    bare: dict[str, Callable[[str, Path], int]] = {
        "bare_api": _bare_api, "bare_csv": _bare_files, "bare_parquet": _bare_files
    }  # fmt: skip
    started = time.monotonic()
    if what in bare:
        rows = bare[what](address, home)
    else:
        rows = _landed(domain, address, home, int(sys.argv[4]))
    print(json.dumps({"rows": rows, "seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main()
