"""A made-up company's HubSpot: its records, how they change, what its API answers, what is true."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.sources.server import Answer, Ask, said

ZONE = "America/New_York"
# HubSpot answers no search past this many results
CAP = 10_000
STAGES = {
    "appointmentscheduled": ("Appointment Scheduled", "0.2"),
    "closedwon": ("Closed Won", "1.0"),
    "closedlost": ("Closed Lost", "0.0"),
}
KINDS = {
    "companies": "hs_lastmodifieddate", "contacts": "lastmodifieddate",
    "deals": "hs_lastmodifieddate", "tasks": "hs_lastmodifieddate",
    "calls": "hs_lastmodifieddate", "meetings": "hs_lastmodifieddate",
}  # fmt: skip
DEAL = ("id", "account_id", "owner_id", "stage_name", "amount", "currency_iso_code", "close_date",
        "is_won", "is_deleted")  # fmt: skip
HISTORY = ("id", "_fivetran_start", "owner_id", "stage_name", "amount", "close_date", "is_won")
SPLIT = ("id", "opportunity_id", "split_owner_id", "split_percentage")
TRACKED = ("dealstage", "pipeline", "hubspot_owner_id", "amount", "closedate")


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


class HubSpot:
    def __init__(self, seed: int = 1, deals: int = 8, page: int = 4) -> None:
        self.drawn = random.Random(seed)
        self.now = datetime(2025, 12, 1, 9, tzinfo=UTC)
        self.page = page
        self.cap = CAP
        self.token = "a-token-of-the-tests"
        self.numbered = 100
        self.kinds: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
        # (kind, to): id -> linked ids, the primary first
        self.links: dict[tuple[str, str], dict[str, list[str]]] = {}
        self.splits: dict[str, list[dict[str, Any]]] = {}
        self.stages = dict(STAGES)
        self.stages_updated = iso(self.now - timedelta(days=99))
        # the user of one owner bears the number of another owner
        self.owners = [
            {"id": str(n), "userId": n % 3 + 1, "email": f"o{n}@example.com", "firstName": "O",
             "lastName": str(n), "archived": n == 3, "updatedAt": iso(self.now)}
            for n in (1, 2, 3)
        ]  # fmt: skip
        for _ in range(3):
            self.add("companies", name="Acme", industry=None)
            self.add("contacts", email="c@example.com", associatedcompanyid="101")
        for _ in range(deals):
            self.add_deal()

    # how the company lives

    def add(self, kind: str, **properties: str | None) -> str:
        self.numbered += 1
        number = str(self.numbered)
        self.kinds[kind][number] = {
            "id": number, "createdAt": iso(self.now), "archived": False, "history": {},
            "properties": {"hs_object_id": number},
        }  # fmt: skip
        self.set(kind, number, **properties)
        return number

    def set(self, kind: str, number: str, **properties: str | None) -> None:
        record = self.kinds[kind][number]
        for name, value in properties.items():
            if record["properties"].get(name, "?") != value:
                changes = record["history"].setdefault(name, [])
                # newest first, one a moment
                if changes and changes[0]["timestamp"] == iso(self.now):
                    changes.pop(0)
                changes.insert(0, {"value": value or "", "timestamp": iso(self.now)})
            record["properties"][name] = value
        record["updatedAt"] = record["properties"][KINDS[kind]] = iso(self.now)

    def add_deal(self) -> str:
        number = self.add(
            "deals", dealname="New \u201cdeal\u201d", dealstage="appointmentscheduled",
            pipeline="default", hubspot_owner_id=self.drawn.choice(("1", "2", None)),
            amount=self.drawn.choice(("1234.50", "0.1", "99999999999999.99", None)),
            closedate="2026-01-31T23:30:00Z", deal_currency_code=self.drawn.choice(("EUR", None)),
        )  # fmt: skip
        if self.drawn.random() < 0.8:
            linked = self.drawn.sample(sorted(self.kinds["companies"]), 2)
            self.links.setdefault(("deals", "companies"), {})[number] = linked
        return number

    def change(self) -> None:
        """One thing that happens in a company."""
        self.now += timedelta(milliseconds=self.drawn.choice((1, 1, 1500, 60_000)))
        alive = [n for n, d in self.kinds["deals"].items() if not d["archived"]]
        what = self.drawn.choice(("add", "stage", "stage", "amount", "owner", "archive", "restore",
                                  "split", "merge", "task", "company", "link"))  # fmt: skip
        if what == "add" or len(alive) < 3:
            self.add_deal()
            return
        number = self.drawn.choice(alive)
        if what == "stage":
            self.set("deals", number, dealstage=self.drawn.choice(sorted(STAGES)))
        elif what == "amount":
            self.set("deals", number, amount=self.drawn.choice(("7.07", "", "1500")))
        elif what == "owner":
            self.set("deals", number, hubspot_owner_id=self.drawn.choice(("1", "2", "")))
        elif what == "archive":
            self.set("deals", number)
            self.kinds["deals"][number] |= {"archived": True, "archivedAt": iso(self.now)}
        elif what == "restore":
            for gone, record in self.kinds["deals"].items():
                if record["archived"]:
                    record["archived"] = False
                    del record["archivedAt"]
                    self.set("deals", gone)
                    break
        elif what == "split":
            parts = self.drawn.choice((("0.6", "0.4"), ("0.33333333", "0.66666667"), ("1.0",), ()))
            self.splits[number] = [self._split(owner, part) for owner, part in enumerate(parts, 1)]
            self.set("deals", number)
        elif what == "merge":
            into = self.drawn.choice([n for n in alive if n != number])
            merged = self.kinds["deals"][into]["properties"].get("hs_merged_object_ids")
            own = self.kinds["deals"][number]["properties"].get("hs_merged_object_ids")
            del self.kinds["deals"][number]
            self.splits.pop(number, None)
            joined = ";".join(filter(None, (merged, own, number)))
            self.set("deals", into, hs_merged_object_ids=joined)
        elif what == "task":
            task = self.add("tasks", hs_task_type="TODO", hs_timestamp=iso(self.now),
                            hs_task_status="NOT_STARTED", hubspot_owner_id="1")  # fmt: skip
            self.links.setdefault(("tasks", "deals"), {})[task] = [number]
        elif what == "company":
            self.set("companies", self.drawn.choice(sorted(self.kinds["companies"])), name="New")
        else:
            linked = self.drawn.sample(sorted(self.kinds["companies"]), 1)
            self.links.setdefault(("deals", "companies"), {})[number] = linked
            self.set("deals", number)

    def _split(self, owner: int, part: str) -> dict[str, Any]:
        self.numbered += 1
        properties = {"hs_deal_split_percentage": part, "hubspot_owner_id": str(owner)}
        return {"id": str(self.numbered), "properties": properties, "archived": False,
                "createdAt": iso(self.now), "updatedAt": iso(self.now)}  # fmt: skip

    def vanish(self) -> None:
        """A deal that is gone without a word: deleted for good."""
        deals = self.kinds["deals"]
        if len(deals) > 4:
            number = self.drawn.choice(sorted(deals))
            del deals[number]
            self.splits.pop(number, None)

    # what its API answers

    def __call__(self, ask: Ask) -> Answer:
        if ask.headers.get("authorization") != f"Bearer {self.token}":
            return said({"status": "error", "category": "INVALID_AUTHENTICATION"}, status=401)
        if ask.path == "/account-info/v3/details":
            return said({"portalId": 7, "timeZone": ZONE, "companyCurrency": "USD"})
        if ask.path.rstrip("/") == "/crm/v3/owners":
            archived = ask.query["archived"] == "true"
            return said({"results": [o for o in self.owners if o["archived"] == archived]})
        if ask.path == "/crm/v3/pipelines/deals":
            return said({"results": [{"id": "default", "label": "Sales", "stages": [
                {"id": key, "label": label, "updatedAt": self.stages_updated, "metadata": {
                    "isClosed": str(key != "appointmentscheduled").lower(), "probability": share}}
                for key, (label, share) in self.stages.items()
            ]}]})  # fmt: skip
        if ask.path == "/crm/v3/objects/deals/splits/batch/read":
            ids = [one["id"] for one in ask.json["inputs"]]
            found = [{"id": n, "splits": self.splits[n]} for n in ids if n in self.splits]
            return said({"status": "COMPLETE", "results": found})
        parts = ask.path.strip("/").split("/")
        if parts[:2] == ["crm", "v4"]:
            return self._linked(parts[3], parts[4], ask)
        if parts[:3] == ["crm", "v3", "objects"]:
            kind, rest = parts[3], "/".join(parts[4:])
            answer = {"": self._listed, "search": self._found, "batch/read": self._batch}[rest]
            return answer(kind, ask)
        return said({"status": "error"}, status=404)

    def _linked(self, kind: str, to: str, ask: Ask) -> Answer:
        linked = self.links.get((kind, to), {})
        results = [
            {"from": {"id": one["id"]}, "to": [
                {"toObjectId": int(n), "associationTypes": [
                    {"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None},
                    *([{"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}]
                      if position == 0 else [])]}
                for position, n in enumerate(linked[one["id"]])]}
            for one in ask.json["inputs"] if one["id"] in linked
        ]  # fmt: skip
        return said({"status": "COMPLETE", "results": results})

    def _shown(self, record: dict[str, Any], names: list[str], past: list[str]) -> dict[str, Any]:
        shown = {key: record[key] for key in ("id", "createdAt", "updatedAt", "archived")}
        if "archivedAt" in record:
            shown["archivedAt"] = record["archivedAt"]
        shown["properties"] = {name: record["properties"].get(name) for name in names}
        if past:
            shown["propertiesWithHistory"] = {n: record["history"].get(n, []) for n in past}
        return shown

    def _listed(self, kind: str, ask: Ask) -> Answer:
        archived = ask.query.get("archived") == "true"
        if archived and kind == "meetings":
            return said({"status": "error", "message": "no paging of archived"}, status=400)
        asked = [ask.query.get(n, "") for n in ("properties", "propertiesWithHistory")]
        names, past = (text.split(",") if text else [] for text in asked)
        if past and int(ask.query["limit"]) > 50:
            return said({"status": "error", "message": "limit"}, status=400)
        records = [r for r in self.kinds[kind].values() if r["archived"] == archived]
        records = sorted(records, key=lambda r: int(r["id"]))
        records = [r for r in records if int(r["id"]) > int(ask.query.get("after", 0))]
        shown = records[: self.page]
        page: dict[str, Any] = {"results": [self._shown(r, names, past) for r in shown]}
        if len(records) > self.page:
            page["paging"] = {"next": {"after": shown[-1]["id"], "link": "https://elsewhere"}}
        return said(page)

    def _found(self, kind: str, ask: Ask) -> Answer:
        def milliseconds(text: str) -> int:
            return int(datetime.fromisoformat(text).timestamp() * 1000)

        def fits(record: dict[str, Any]) -> bool:
            for each in ask.json["filterGroups"][0]["filters"]:
                value = record["properties"][each["propertyName"]]
                found = milliseconds(value) if "T" in value else int(value)
                wanted = int(each["value"])
                compared = {"GTE": found >= wanted, "GT": found > wanted, "LT": found < wanted}
                if not compared[each["operator"]]:
                    return False
            return not record["archived"]

        offset = int(ask.json.get("after", 0))
        size = min(self.page, ask.json["limit"])
        if offset + size > self.cap:
            return said({"status": "error", "message": "paging past the cap"}, status=400)
        records = sorted(filter(fits, self.kinds[kind].values()), key=lambda r: int(r["id"]))
        shown = records[offset : offset + size]
        page = {"total": len(records),
                "results": [self._shown(r, ask.json["properties"], []) for r in shown]}  # fmt: skip
        if len(records) > offset + size:
            page["paging"] = {"next": {"after": str(offset + size)}}
        return said(page)

    def _batch(self, kind: str, ask: Ask) -> Answer:
        names, past = ask.json["properties"], ask.json["propertiesWithHistory"]
        found = [self.kinds[kind].get(one["id"]) for one in ask.json["inputs"]]
        shown = [self._shown(r, names, past) for r in found if r and not r["archived"]]
        return said({"status": "COMPLETE", "results": shown})

    # what is true

    def true_deals(self) -> set[tuple[Any, ...]]:
        return {self._true(r) for r in self.kinds["deals"].values() if not r["archived"]}

    def _true(self, record: dict[str, Any]) -> tuple[Any, ...]:
        said_of = record["properties"]
        linked = self.links.get(("deals", "companies"), {}).get(record["id"])
        label, share = self.stages[said_of["dealstage"]]
        return (
            record["id"], linked[0] if linked else "unassigned",
            said_of["hubspot_owner_id"] or "unassigned", label, money(said_of["amount"]),
            said_of["deal_currency_code"] or "USD", day(said_of["closedate"]),
            share == "1.0", False,
        )  # fmt: skip

    def true_history(self, number: str) -> set[tuple[Any, ...]]:
        """Every moment of one deal, with all that held from then on."""
        history = self.kinds["deals"][number]["history"]
        moments = sorted({c["timestamp"] for name in TRACKED for c in history.get(name, [])})
        found = set()
        for moment in moments:
            held = {}
            for name in TRACKED:
                before = [c for c in history.get(name, []) if c["timestamp"] <= moment]
                held[name] = before[0]["value"] if before else ""
            label, share = self.stages[held["dealstage"]]
            at = datetime.fromisoformat(moment).replace(tzinfo=None)
            found.add((number, at, held["hubspot_owner_id"] or None, label, money(held["amount"]),
                       day(held["closedate"]), share == "1.0"))  # fmt: skip
        return found

    def true_splits(self) -> set[tuple[Any, ...]]:
        return {
            (s["id"], deal, s["properties"]["hubspot_owner_id"],
             100 * Decimal(s["properties"]["hs_deal_split_percentage"]))
            for deal, splits in self.splits.items() for s in splits
            if not self.kinds["deals"][deal]["archived"]
        }  # fmt: skip


def money(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(ZONE)).date()
