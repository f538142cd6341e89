"""The tests' own Salesforce is trusted because two public clients that were not made here read it
to the same rows: simple-salesforce, which a night reads with, and aio-sf."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.extract.api.vendors import salesforce as vendor
from tests.sources.nights import Nights
from tests.sources.salesforce import Salesforce
from tests.sources.server import Server

# `make test` puts it beside the environment (requirements/emulators.txt)
EMULATORS = Path(sys.prefix) / "emulators"
SCRIPT = Path(__file__).with_name("second_client.py")
CLIENT = {"token": None, "client_id": "me", "client_secret": "hush"}

pytestmark = pytest.mark.skipif(
    not EMULATORS.is_dir(), reason="`make .venv/emulators` sets the client up"
)


def landed(nights: Nights) -> dict[str, list[dict[str, Any]]]:
    """Every record of the night as it landed, by list."""
    folder = nights.home / "landing" / "crm" / "pages" / "2026-01-05"
    return {
        path.stem: [
            {key: value for key, value in record.items() if key != "attributes"}
            for line in path.read_text().splitlines()
            for record in json.loads(line)["records"]
        ]
        for path in folder.glob("*.ndjson")
    }


def in_order(records: list[dict[str, Any]]) -> list[str]:
    kept = [{k: v for k, v in record.items() if k != "attributes"} for record in records]
    return sorted(json.dumps(record, sort_keys=True) for record in kept)


def test_two_public_clients_read_the_same_rows_by_rest_and_by_bulk(
    tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = Salesforce(seed=7)
    for _ in range(40):
        org.change()
    with Server(org, org.now) as server:
        url = server.url.replace("http://", "https://")
        by_rest = Nights(tmp_path / "rest", "crm", "salesforce", url, dict(CLIENT))
        by_rest.run()
        queries = sorted({ask.query["q"] for ask in server.asked if "q" in ask.query})
        # every list that has rows, by Bulk
        monkeypatch.setattr(vendor, "BULK_ABOVE", 0)
        by_bulk = Nights(tmp_path / "bulk", "crm", "salesforce", url, dict(CLIENT))
        by_bulk.run()
        done = subprocess.run(
            [sys.executable, str(SCRIPT), server.url, org.token, f"v{vendor._VERSION}"],
            env={**os.environ, "PYTHONPATH": str(EMULATORS)},
            input=json.dumps(queries), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rest, bulk = landed(by_rest), landed(by_bulk)
    assert len(queries) == len(rest) == len(bulk) > 8
    for soql, read in zip(queries, json.loads(done.stdout), strict=True):
        name = soql.split(" FROM ")[1].split(" ")[0].lower()
        assert in_order(read["rest"]) == in_order(rest[name]), name
        empty = [{key: value or None for key, value in row.items()} for row in read["bulk"]]
        assert in_order(empty) == in_order(bulk[name]), name
    assert sum(len(read["rest"]) for read in json.loads(done.stdout)) > 50
