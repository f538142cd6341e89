"""HubSpot's lists, searches and batches against an emulator that was not made here, filled from the
sample company: every deal is read, archived ones too, as HubSpot's own client reads them.

The emulator has no owners, pipelines, histories or batches of associations; a made-up portal
answers those beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import sample
from tests.sources.hubspot import HubSpot
from tests.sources.nights import Nights
from tests.sources.server import Answer, Ask, Server, said

# `make test` puts it beside the environment (requirements/emulators.txt)
EMULATORS = Path(sys.prefix) / "emulators"
SCRIPT = Path(__file__).with_name("emulated.py")
STAGES = {"Closed Won": "closedwon", "Closed Lost": "closedlost"}

pytestmark = pytest.mark.skipif(
    not EMULATORS.is_dir(), reason="`make .venv/emulators` sets the emulator up"
)


@dataclass(frozen=True)
class Emulator:
    """deals: id -> amount and whether it is archived, as they were written."""

    url: str
    token: str
    deals: dict[str, tuple[Decimal | None, bool]]


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "WINSHARE" not in name}
    return kept | {"PYTHONPATH": str(EMULATORS), "BACKLOT_TELEMETRY": "0", "HOME": str(home)}


def _corpus(folder: Path) -> list[dict[str, Any]]:
    """The deals of the sample company's first night, every seventh archived."""
    sample.make(folder / "sample", "XS")
    rows = duckdb.sql(
        "select name, amount, stage_name, created_date, system_modstamp "
        f"from '{folder}/sample/nights/*/crm/opportunity.parquet' order by id"
    ).fetchall()
    return [
        {
            "source_type": "hubspot", "object_type": "deals", "doc_id": f"deal{number}",
            "record_id": str(9_000_000_000 + number), "author_email": "ann@example.com",
            "title": name, "content": name, "visibility": "public",
            "created": created.isoformat() + "Z", "updated": changed.isoformat() + "Z",
            "archived": number % 7 == 0,
            "properties": {
                "dealname": name, "amount": None if amount is None else str(amount),
                "dealstage": STAGES.get(stage, "appointmentscheduled"), "pipeline": "default",
                "closedate": "2026-01-31T12:00:00Z", "deal_currency_code": "EUR",
                "hubspot_owner_id": "1", "hs_object_id": str(9_000_000_000 + number),
                "hs_lastmodifieddate": changed.isoformat() + "Z",
            },
        }
        for number, (name, amount, stage, created, changed) in enumerate(rows, 1)
    ]  # fmt: skip


def _money(record: dict[str, Any]) -> Decimal | None:
    amount = record["properties"]["amount"]
    return None if amount is None else Decimal(amount)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = tmp_path_factory.mktemp("emulator")
    corpus = _corpus(folder)
    path = folder / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, corpus)), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-P", str(SCRIPT), "serve", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(folder),
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        told = json.loads(process.stdout.readline())
        deals = {one["record_id"]: (_money(one), one["archived"]) for one in corpus}
        yield Emulator(told["url"], told["token"], deals)
        process.stdin.close()
        process.wait(30)


class Beside(HubSpot):
    """A portal whose deals are the emulator's."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(deals=0)
        self.emulator = emulator
        self.token = emulator.token
        self.refused: list[str] = []

    def __call__(self, ask: Ask) -> Answer:
        if not ask.path.startswith("/crm/v3/objects/deals") or "splits" in ask.path:
            return super().__call__(ask)
        query = "&".join(f"{name}={value}" for name, value in ask.query.items())
        request = urllib.request.Request(
            f"{self.emulator.url}{ask.path}?{query}",
            data=ask.body or None,
            method=ask.method,
            headers={"Authorization": ask.headers["authorization"],
                     "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request) as response:
                page = json.load(response)
        except urllib.error.HTTPError as error:
            self.refused.append(error.read().decode())
            return said({"status": "error"}, status=error.code)
        for record in page["results"]:
            # what the emulator leaves out
            record["propertiesWithHistory"] = {"dealstage": []}
        return said(page)


@pytest.fixture
def portal(emulator: Emulator) -> Beside:
    return Beside(emulator)


def test_every_deal_of_the_emulator_is_read_and_the_official_client_reads_the_same(
    emulator: Emulator, portal: Beside, tmp_path: Path
) -> None:
    with Server(portal, portal.now) as server:
        nights = Nights(tmp_path / "home", "crm", "hubspot", server.url, {"token": portal.token})
        nights.run()
    assert portal.refused == []
    known = {
        number: (amount, archived)
        for number, amount, archived in nights.known("opportunity", "id", "amount", "is_deleted")
    }
    assert known == emulator.deals
    read = subprocess.run(
        [sys.executable, "-P", str(SCRIPT), "read", emulator.url, emulator.token],
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    official = {
        number: (None if amount is None else Decimal(amount), archived)
        for number, (amount, archived) in json.loads(read.stdout).items()
    }
    assert known == official
    assert sum(archived for _, archived in known.values()) > 5


def test_c06_a_deal_s_owner_is_who_the_official_client_says_and_not_the_user_of_that_number(
    tmp_path: Path,
) -> None:
    """Fails if `hubspot_owner_id` were looked up among users: user 2 of this portal is owner 1."""
    portal = HubSpot()
    with Server(portal, portal.now) as server:
        nights = Nights(tmp_path / "home", "crm", "hubspot", server.url)
        nights.run()
        read = subprocess.run(
            [sys.executable, "-P", str(SCRIPT), "owners", server.url, portal.token],
            env=_environment(tmp_path),
            capture_output=True,
            text=True,
            check=True,
        )
    official = json.loads(read.stdout)
    addresses = dict(nights.known("user", "id", "email"))
    landed = {deal: addresses.get(o) for deal, o in nights.known("opportunity", "id", "owner_id")}
    assert landed == {deal: owner and owner[2] for deal, owner in official.items()}
    owned = [owner for owner in official.values() if owner]
    assert owned
    assert all(addresses[user] != address for _, user, address in owned)


def test_what_changed_is_found_by_the_emulator_s_own_search(
    emulator: Emulator, portal: Beside, tmp_path: Path
) -> None:
    """An empty landing that believes to have read everything up to long ago finds all by search."""
    with Server(portal, portal.now - timedelta(days=3650)) as server:
        api = {"token": portal.token, "look_back_hours": 0}
        nights = Nights(tmp_path / "home", "crm", "hubspot", server.url, api)
        nights.run(0)
        searched = [ask for ask in server.asked if ask.path.endswith("deals/search")]
        nights.run(1)
    assert portal.refused == []
    later = [ask for ask in server.asked if ask.path.endswith("deals/search")][len(searched) :]
    found = [ask for ask in server.asked if ask.path.endswith("deals/batch/read")]
    ids = {one["id"] for ask in found for one in ask.json["inputs"]}
    assert later
    assert ids == {number for number, (_, archived) in emulator.deals.items() if not archived}
