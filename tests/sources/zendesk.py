"""A made-up company's Zendesk: its records, how they change, what its API answers, what is true."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sources.server import Answer, Ask, said

BEGINS = datetime(2025, 12, 1, 9, tzinfo=UTC)


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


class Zendesk:
    """`page` is how many records an answer holds at most, whatever is asked for."""

    def __init__(self, seed: int = 1, tickets: int = 12, page: int = 5) -> None:
        self.drawn = random.Random(seed)
        self.now = BEGINS
        self.page = page
        self.tickets: dict[int, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.users: dict[int, dict[str, Any]] = {}
        self.organizations: dict[int, dict[str, Any]] = {}
        self.ratings: dict[int, dict[str, Any]] = {}
        self.token = "a-token-of-the-tests"
        self.cursors_from = 0
        self.numbered = 0
        for number in range(3):
            self.add_organization(100 + number)
            self.add_user(200 + number)
        for _ in range(tickets):
            self.add_ticket()

    # how the company lives

    def tick(self, seconds: int | None = None) -> None:
        self.now += timedelta(
            seconds=self.drawn.choice((0, 0, 1, 40)) if seconds is None else seconds
        )

    def _touched(self, record: dict[str, Any]) -> None:
        record["updated_at"] = iso(self.now)
        record["generated_timestamp"] = int(self.now.timestamp())

    def add_organization(self, number: int) -> None:
        record = {"id": number, "name": f"Customer {number}", "external_id": f"001{number}"}
        self.organizations[number] = record
        self._touched(record)

    def add_user(self, number: int) -> None:
        record = {
            "id": number, "email": f"u{number}@example.com", "name": f"Person {number}",
            "role": "agent", "organization_id": None, "active": True,
        }  # fmt: skip
        self.users[number] = record
        self._touched(record)

    def add_ticket(self) -> None:
        self.numbered += 1
        number = self.numbered
        record = {
            "id": number, "subject": "Line one\nline \"two\" \u2028 \u00e9", "status": "new",
            "assignee_id": None, "requester_id": 200, "organization_id": 100, "priority": None,
            "via": {"channel": "email"}, "created_at": iso(self.now),
        }  # fmt: skip
        self.tickets[number] = record
        self._touched(record)
        self._event(record, "Create", status="new", assignee_id=None)

    def _event(self, ticket: dict[str, Any], kind: str, **fields: Any) -> None:
        changes = [{"id": len(self.events) * 10, "event_type": kind, **fields}]
        self.events.append({
            "id": len(self.events) + 1, "ticket_id": ticket["id"], "updater_id": 201,
            "timestamp": int(self.now.timestamp()), "created_at": iso(self.now),
            "child_events": [*changes, {"id": 7, "event_type": "Comment", "public": True}],
        })  # fmt: skip

    def change(self) -> None:
        """One thing that happens in a company."""
        self.tick()
        what = self.drawn.choice(("add", "work", "work", "work", "quiet", "delete", "rate", "user"))
        alive = [t for t in self.tickets.values() if t["status"] != "deleted"]
        if what == "add" or not alive:
            self.add_ticket()
            return
        ticket = self.drawn.choice(alive)
        if what == "work":
            self.tick(1)
            fields = {"status": self.drawn.choice(("open", "solved")), "assignee_id": 201}
            ticket |= fields
            self._touched(ticket)
            self._event(ticket, "Change", **fields)
        elif what == "quiet":
            # the system's own change: exported again, updated_at as it was
            ticket["priority"] = self.drawn.choice(("low", "high"))
            ticket["generated_timestamp"] = int(self.now.timestamp())
        elif what == "delete":
            ticket["status"] = "deleted"
            self._touched(ticket)
        elif what == "rate":
            number = ticket["id"] + 5000
            if number in self.ratings:
                record = self.ratings[number] | {"score": self.drawn.choice(("good", "bad"))}
            else:
                record = {
                    "id": number, "ticket_id": ticket["id"], "assignee_id": 201,
                    "requester_id": 200, "score": "offered", "created_at": iso(self.now),
                }  # fmt: skip
            self.ratings[number] = record
            record["updated_at"] = iso(self.now)
        else:
            user = self.drawn.choice(list(self.users.values()))
            user["active"] = not user["active"]
            self._touched(user)

    def vanish(self) -> None:
        """A ticket that is gone without a word."""
        if len(self.tickets) > 3:
            del self.tickets[self.drawn.choice(list(self.tickets))]

    # what its API answers

    def __call__(self, ask: Ask) -> Answer:
        name = ask.path.removeprefix("/api/v2/").removesuffix(".json")
        if self.token not in base64.b64decode(ask.headers["authorization"][6:]).decode():
            return said({"error": "Couldn't authenticate you"}, status=401)
        if name == "users/me":
            return said({"user": {"id": 200, "role": "admin"}})
        if name.endswith("/count"):
            kept = getattr(self, name.split("/")[0]).values()
            alive = [
                r for r in kept if r.get("status") != "deleted" and r.get("active") is not False
            ]
            return said({"count": {"value": len(alive), "refreshed_at": iso(self.now)}})
        if name in ("incremental/tickets/cursor", "incremental/users/cursor"):
            return self._by_cursor(ask, name.split("/")[1])
        if name == "incremental/ticket_events":
            return self._by_time(ask, "ticket_events", self.events, "timestamp")
        if name == "incremental/organizations":
            records = list(self.organizations.values())
            return self._by_time(ask, "organizations", records, "generated_timestamp")
        if name == "satisfaction_ratings":
            return self._ratings(ask)
        return said({"error": "InvalidEndpoint"}, status=404)

    def _by_cursor(self, ask: Ask, name: str) -> Answer:
        records = sorted(
            getattr(self, name).values(), key=lambda r: (r["generated_timestamp"], r["id"])
        )
        if "cursor" in ask.query:
            told = base64.urlsafe_b64decode(ask.query["cursor"]).decode()
            issued, at, last = (int(part) for part in told.split("|"))
            if issued < self.cursors_from:
                return said({"error": "cursor expired"}, status=410)
            start = (at, last)
        else:
            start = (int(ask.query["start_time"]), -1)
        after = [r for r in records if (r["generated_timestamp"], r["id"]) > start]
        shown = after[: self.page]
        reached = (shown[-1]["generated_timestamp"], shown[-1]["id"]) if shown else start
        issued = int(self.now.timestamp())
        cursor = base64.urlsafe_b64encode(f"{issued}|{reached[0]}|{reached[1]}".encode()).decode()
        return said({
            name: shown, "after_cursor": cursor, "before_cursor": None,
            "end_of_stream": len(after) <= self.page,
        })  # fmt: skip

    def _by_time(self, ask: Ask, name: str, records: list[dict[str, Any]], stamp: str) -> Answer:
        start = int(ask.query["start_time"])
        after = sorted((r for r in records if r[stamp] >= start), key=lambda r: (r[stamp], r["id"]))
        shown = after[: self.page]
        # Zendesk shows all of the last second, however many they are
        while len(shown) < len(after) and after[len(shown)][stamp] == shown[-1][stamp]:
            shown.append(after[len(shown)])
        ended = len(shown) == len(after)
        # the next page begins in the second after, so that it is not the same page
        end_time = shown[-1][stamp] + (0 if ended else 1) if shown else start
        return said({
            name: shown, "count": len(shown), "end_time": end_time, "end_of_stream": ended,
            "next_page": f"https://elsewhere.example.com{ask.path}?start_time={end_time}",
        })  # fmt: skip

    def _ratings(self, ask: Ask) -> Answer:
        start = datetime.fromtimestamp(int(ask.query.get("start_time", 0)), UTC)
        records = [r for r in self.ratings.values() if r["created_at"] >= iso(start)]
        records.sort(key=lambda r: r["id"])
        last = int(ask.query.get("page[after]", -1))
        after = [r for r in records if r["id"] > last]
        shown = after[: self.page]
        return said({
            "satisfaction_ratings": shown,
            "meta": {
                "has_more": len(after) > self.page,
                "after_cursor": str(shown[-1]["id"]) if shown else None,
            },
        })  # fmt: skip

    # what is true

    def true_tickets(self) -> set[tuple[Any, ...]]:
        return {
            (str(t["id"]), t["status"], None if t["assignee_id"] is None else str(t["assignee_id"]),
             t["priority"], t["via"]["channel"], naive(t["updated_at"]))
            for t in self.tickets.values()
        }  # fmt: skip

    def true_users(self) -> set[tuple[Any, ...]]:
        return {(str(u["id"]), u["email"], u["active"]) for u in self.users.values()}

    def true_history(self) -> set[tuple[Any, ...]]:
        """The last that was set of a field in one second, as (ticket, field, instant, value)."""
        found = {}
        for event in self.events:
            for change in event["child_events"]:
                for name in ("status", "assignee_id"):
                    if name in change:
                        value = None if change[name] is None else str(change[name])
                        key = (str(event["ticket_id"]), name, naive(event["created_at"]))
                        found.setdefault(key, set()).add(value)
        return {(*key, value) for key, values in found.items() for value in values}

    def true_ratings(self) -> set[tuple[Any, ...]]:
        return {(str(r["id"]), r["score"], str(r["ticket_id"])) for r in self.ratings.values()}


TICKET = ("id", "status", "assignee_id", "priority", "via_channel", "updated_at")
HISTORY = ("ticket_id", "field_name", "updated", "value")


def naive(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
