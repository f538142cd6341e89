"""A whole night whose support desk is read over its vendor's API, in bad weather."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import landing
from tests.night.company import RUN_DATE, Home, published_data
from tests.sources import server as faults
from tests.sources.server import Server
from tests.sources.zendesk import Zendesk, iso

TOKEN = "WINSHARE_DOMAINS__SUPPORT__API__TOKEN"
SETTINGS = """
[domains.support]
way = "api"
vendor = "zendesk"

[domains.support.api]
url = "{url}"
user = "agent@example.com"
"""


def _records(path: Path) -> list[dict[str, Any]]:
    """Rows as Zendesk writes them: ids are numbers, instants are text."""
    found = duckdb.sql(f"from '{path}' order by all")
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    for row in rows:
        for name, value in row.items():
            if isinstance(value, datetime):
                row[name] = iso(value)
            elif value is not None and (name == "id" or name.endswith("_id")):
                row[name] = value if name == "external_id" else int(value)
    return rows


def desk_of(home: Home) -> Zendesk:
    """The support desk of the sample company's first night, as a Zendesk."""
    desk = Zendesk(tickets=0, page=50)
    for name, table in (
        ("tickets", "ticket"),
        ("users", "user"),
        ("organizations", "organization"),
        ("ratings", "satisfaction_rating"),
    ):
        kept = getattr(desk, name)
        kept.clear()
        for record in _records(home.source("support", table)):
            changed = datetime.strptime(record["updated_at"], "%Y-%m-%dT%H:%M:%SZ")
            stamp = int(changed.replace(tzinfo=UTC).timestamp())
            kept[record["id"]] = record | {"generated_timestamp": stamp}
    for ticket in desk.tickets.values():
        ticket["via"] = {"channel": ticket.pop("via_channel")}
    desk.events = [
        {
            "id": number, "ticket_id": row["ticket_id"], "updater_id": row["user_id"],
            "timestamp": int(datetime.fromisoformat(row["updated"]).timestamp()),
            "created_at": row["updated"],
            "child_events": [
                {"id": number, "event_type": "Change", row["field_name"]: row["value"]}
            ],
        }
        for number, row in enumerate(_records(home.source("support", "ticket_field_history")))
    ]  # fmt: skip
    return desk


def _without_names(data: dict[str, str]) -> dict[str, str]:
    """All but a release's own name and what holds it: another cursor is another input."""
    named = ("release", "fct_releases", "fct_gate_evidence")
    kept = {key: value for key, value in data.items() if not any(name in key for name in named)}
    assert len(kept) > 90
    return kept


def test_a_night_over_an_api_publishes_what_the_sample_s_own_way_does(
    published: Home, fresh: Home
) -> None:
    desk = desk_of(fresh)
    with Server(desk, datetime(2026, 1, 5, 2, 30, tzinfo=UTC)) as server:
        server.faults += [faults.shuffled(1), faults.once(faults.cut_json, 4)]
        toml = SETTINGS.format(url=server.url)
        (fresh.path / "winshare.toml").write_text(toml, encoding="utf-8")
        fresh.night(**{TOKEN: desk.token})
        assert len(server.asked) > 10
    assert _without_names(published_data(fresh)) == _without_names(published_data(published))
    for path in (fresh.path / "landing").rglob("*.json"):
        assert desk.token not in path.read_text(encoding="utf-8")
    manifest = landing.manifest_of(fresh.path, "support", datetime.fromisoformat(RUN_DATE).date())
    assert manifest is not None
    assert json.loads(manifest["cursor_to"])["at"] == "2026-01-05T02:30:00+00:00"
