"""Nights of one domain over an API, and what is known of it after them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
from requests.adapters import HTTPAdapter

from orchestration import contract, landing, parquet, vault
from orchestration.extract.api import way
from orchestration.extract.api.patience import Clock, Patience
from orchestration.extract.api.vendors import salesforce
from orchestration.release_reader import select
from orchestration.settings import ApiSource, DomainSource
from tests.one_key import give_key

FIRST = date(2026, 1, 5)
_NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)

Row = tuple[Any, ...]


@dataclass
class FakeTime:
    """Time that passes when somebody sleeps, and how long they slept."""

    at: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, sleep=self.sleep, wall=lambda: 1767578400.0 + self.at)


@dataclass
class Nights:
    """One domain of one home. `patience` and `time` are the test's to set."""

    home: Path
    domain: str
    vendor: str
    url: str
    api: dict[str, Any] = field(default_factory=dict)
    patience: Patience = field(default_factory=lambda: Patience(answer_seconds=5.0))
    time: FakeTime = field(default_factory=FakeTime)
    keeps_pages: bool = True

    def source(self) -> DomainSource:
        given = {"url": self.url, "token": "a-token-of-the-tests", **self.api}
        return DomainSource(way="api", vendor=self.vendor, api=ApiSource(**given))

    def run(self, night: int = 0) -> dict[str, Any]:
        """The manifest of the night so many days after the first. Raises as landing does."""
        domain = contract.domains()[self.domain]
        run_date = FIRST + timedelta(days=night)
        if not vault.folder(self.home).exists():
            # what two homes land of one source is compared
            give_key(self.home)

        def reader(connection: duckdb.DuckDBPyConnection, cursor: str | None) -> landing.Extract:
            return way.read(
                connection, domain, self.source(), run_date, cursor, self.home,
                clock=self.time.clock(), patience=self.patience,
            )  # fmt: skip

        return landing.land(
            self.home, domain, run_date, "api", reader, keeps_pages=self.keeps_pages
        )

    def known(self, table: str, *columns: str) -> set[Row]:
        """What a model would read after all nights: the newest version of each key, with what
        tokens stand for."""
        raw = contract.domains()[self.domain].tables[table]
        files = landing.files_of(self.home, self.domain, raw, date.max)
        if not files:
            return set()
        keys = ", ".join(raw.key)
        version = f"{raw.version} desc, " if raw.version else ""
        newest = (
            f"select *, row_number() over (partition by {keys} order by {version}"
            f"_landing_sequence desc) as newest from {parquet.scan(f['location'] for f in files)}"
        )
        with duckdb.connect() as connection:
            rows = select(
                connection, f"select {', '.join(columns)} from ({newest}) where newest = 1"
            )
        rows = [tuple(row.values()) for row in vault.revealed(self.home, rows, "a test", _NOW)]
        assert len(set(rows)) == len(rows), f"{table}: one row a key"
        return set(rows)

    def files(self) -> dict[str, bytes]:
        """Every landed Parquet file, byte for byte."""
        folder = self.home / "landing" / self.domain
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.glob("*/*.parquet"))
        }


@contextmanager
def in_the_clear() -> Iterator[None]:
    """simple-salesforce speaks https only: on loopback it is sent in the clear, and never waits."""
    send = HTTPAdapter.send

    def plainly(adapter: HTTPAdapter, request: Any, *arguments: Any, **named: Any) -> Any:
        request = request.copy()
        request.url = request.url.replace("https://127.0.0.1", "http://127.0.0.1")
        return send(adapter, request, *arguments, **named)

    with (
        mock.patch.object(HTTPAdapter, "send", plainly),
        mock.patch.object(salesforce, "POLL_SECONDS", 0),
    ):
        yield
