"""A few nights of a company in bad weather, drawn from a seed: faults on the way, records that
change while they are read, nights without an answer. The last night is a calm one.

Every other seed's last night reads everything, to find what went without a word; in the others
nothing does, and what changed must have been seen by the nights themselves."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from orchestration.errors import SourceError
from tests.sources import server as faults
from tests.sources.nights import Nights
from tests.sources.server import Answer, Ask, Server, said

NIGHTS = 4
MOVED, VANISHED = "a record moved", "gone without a word"
EXPIRED, OUTAGE = "token expired", "no answer any more"


class Living(Protocol):
    """A made-up company that changes: `now` is its clock, `change` one thing that happens."""

    now: Any

    def change(self) -> None: ...
    def vanish(self) -> None: ...
    def __call__(self, ask: Ask) -> Answer: ...


@dataclass
class Lived:
    """Nights that were run. `seen`: what they met, by name; `bad`: how many of them met something;
    `failed`: how many landed nothing."""

    nights: Nights
    seen: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    failed: int = 0

    def known(self, table: str, *columns: str) -> set[tuple[Any, ...]]:
        return self.nights.known(table, *columns)


def lived(
    seed: int,
    company: Living,
    domain: str,
    vendor: str,
    home: Path,
    api: dict[str, Any],
    scheme: str = "http",
) -> Lived:
    """The nights of `company`, run; what they know should be what is true of it."""
    drawn = random.Random(seed)
    with Server(company, company.now) as server:
        compares = seed % 2 == 1
        whole = {"whole_every_days": NIGHTS - 1 if compares else 366}
        url = server.url.replace("http", scheme, 1)
        told = Lived(Nights(home, domain, vendor, url, api | whole))

        def moves(ask: Ask, answer: Answer) -> Answer:
            if drawn.random() < 0.2:
                company.now += timedelta(seconds=1)
                company.change()
                told.seen[MOVED] += 1
            return answer

        for night in range(NIGHTS):
            before = told.seen.total()
            company.now += timedelta(days=1)
            for _ in range(drawn.randrange(8)):
                company.change()
            if compares and drawn.random() < 0.3:
                company.vanish()
                told.seen[VANISHED] += 1
            # what the source's export leaves out because it was written just now comes next night
            company.now += timedelta(hours=1)
            server.now = company.now
            is_last = night == NIGHTS - 1
            server.faults = [] if is_last else [moves, faults.shuffled(seed)]
            if "client_id" in api:
                number = len(server.asked) + drawn.randrange(2, 24)
                server.faults.append(_expiry(number, vendor, told.seen))
            if drawn.random() < 0.8:
                weather = faults.weather(drawn.randrange(1 << 30), 0.3, told.seen)
                server.faults.append(weather)
            # never the first night: there is nothing yet to go on from
            if not is_last and night and drawn.random() < 0.3:
                outage = faults.first_times(faults.status(503), 99)
                server.faults.append(_from(outage, len(server.asked) + drawn.randrange(1, 12)))
            try:
                told.nights.run(night)
            except SourceError:
                if not any(fault.__name__ == "_outage" for fault in server.faults):
                    raise
                told.seen[OUTAGE] += 1
                told.failed += 1
            told.bad += told.seen.total() > before
        return told


def _expiry(number: int, vendor: str, seen: Counter[str]) -> faults.Fault:
    """The token of one request is refused; the one asked for next is good."""

    def use(ask: Ask, answer: Answer) -> Answer:
        if ask.number != number or "token" in ask.path:
            return answer
        seen[EXPIRED] += 1
        # Marketo says so with status 200
        if vendor == "marketo":
            return said({"success": False, "errors": [{"code": "602", "message": "expired"}]})
        return said({"error": "invalid_token"}, status=401)

    return use


def _from(fault: faults.Fault, number: int) -> faults.Fault:
    def _outage(ask: Ask, answer: Answer) -> Answer:
        return fault(ask, answer) if ask.number >= number else answer

    return _outage
