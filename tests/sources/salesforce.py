"""A made-up company's Salesforce org: its records, how they change, what it answers, what is true.

Describe, query, queryAll, nextRecordsUrl, Bulk 2.0. REST writes an instant with +0000, Bulk with Z.
"""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.sources.server import Answer, Ask, said

VERSION = "62.0"
DATA = f"/services/data/v{VERSION}"
STAGES = {"Prospecting": (False, False), "Closed Won": (True, True), "Closed Lost": (True, False)}
# objects without a record in the beginning have their fields all the same
STAMPS = ("Id", "CreatedDate", "SystemModstamp", "IsDeleted")
EMPTY_AT_FIRST = {
    "OpportunitySplit": (
        *STAMPS,
        "OpportunityId",
        "SplitOwnerId",
        "SplitTypeId",
        "SplitPercentage",
    ),
    "OpportunityFieldHistory": (*STAMPS, "OpportunityId", "Field", "OldValue", "NewValue"),
    "Task": (*STAMPS, "OwnerId", "WhatId", "IsArchived"),
}
DEAL = ("id", "account_id", "owner_id", "stage_name", "amount", "close_date", "is_won",
        "is_deleted", "system_modstamp")  # fmt: skip
HISTORY = ("id", "_fivetran_start", "owner_id", "stage_name", "amount", "close_date", "is_won")
_SOQL = re.compile(r"SELECT (.+?) FROM (\w+)(?: WHERE (.+))?$")
_WITHIN = re.compile(r"(\w+) IN \(SELECT Id FROM (\w+) WHERE (.+)\)$")


def rest(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


class Salesforce:
    """Instants are kept as datetimes and days as dates, and written as whoever asks reads them."""

    def __init__(self, seed: int = 1, deals: int = 8, page: int = 4) -> None:
        self.drawn = random.Random(seed)
        self.now = datetime(2025, 12, 1, 9, tzinfo=UTC)
        self.page = page
        self.numbered = 0
        self.token = "a-token-of-the-tests"
        self.objects: dict[str, dict[str, dict[str, Any]]] = {
            name: {} for name in (
                "User", "Account", "Opportunity", "OpportunityStage", "OpportunityHistory",
                "OpportunityFieldHistory", "OpportunitySplit", "OpportunitySplitType", "Task",
            )
        }  # fmt: skip
        self.cursors: dict[str, list[dict[str, Any]]] = {}
        self.jobs: dict[str, list[dict[str, Any]]] = {}
        self.users = [
            self.add("User", "005", Name=f"U {n}", Email=f"u{n}@x.com", IsActive=True)
            for n in range(3)
        ]
        self.accounts = [
            self.add("Account", "001", Name=f"A, \"{n}\"\nLtd", OwnerId=self.users[0],
                     MasterRecordId=None)
            for n in range(3)
        ]  # fmt: skip
        for name, (closed, won) in STAGES.items():
            self.add("OpportunityStage", "01J", ApiName=name, IsClosed=closed, IsWon=won)
        self.revenue = self.add_split_type("Revenue", must_be_whole=True)
        self.overlay = self.add_split_type("Overlay", must_be_whole=False)
        for _ in range(deals):
            self.add_deal()

    # how the company lives

    def add_split_type(self, name: str, must_be_whole: bool) -> str:
        return self.add(
            "OpportunitySplitType", "149", DeveloperName=name, IsTotalValidated=must_be_whole
        )

    def add(self, name: str, prefix: str, **fields: Any) -> str:
        self.numbered += 1
        number = f"{prefix}{self.numbered:012d}AAA"
        stamps = {"CreatedDate": self.now, "SystemModstamp": self.now, "IsDeleted": False}
        self.objects[name][number] = {"Id": number, **fields, **stamps}
        return number

    def add_deal(self) -> str:
        number = self.add(
            "Opportunity", "006", AccountId=self.drawn.choice(self.accounts), Name="D, \"x\"",
            OwnerId=self.drawn.choice(self.users), StageName="Prospecting", Type=None,
            Amount=self.drawn.choice((1234.5, 0.1, 9999999999999.99, None)),
            CloseDate=date(2026, 1, 31), IsClosed=False, IsWon=False,
        )  # fmt: skip
        self._past(number)
        return number

    def _past(self, number: str) -> None:
        deal = self.objects["Opportunity"][number]
        shown = {name: deal[name] for name in ("StageName", "Amount", "CloseDate")}
        self.add("OpportunityHistory", "008", OpportunityId=number, **shown)

    def set(self, number: str, **fields: Any) -> None:
        deal = self.objects["Opportunity"][number]
        before = deal["OwnerId"]
        deal |= fields | {"SystemModstamp": self.now}
        deal["IsClosed"], deal["IsWon"] = STAGES[deal["StageName"]]
        if fields.keys() & {"StageName", "Amount", "CloseDate"}:
            self._past(number)
        if deal["OwnerId"] != before:
            for old, new in (("Ann", "Ben"), (before, deal["OwnerId"])):
                self.add("OpportunityFieldHistory", "017", OpportunityId=number, Field="Owner",
                         OldValue=old, NewValue=new)  # fmt: skip

    def change(self) -> None:
        """One thing that happens in a company; no two in one second to the same deal."""
        self.now += timedelta(seconds=1)
        deals = self.objects["Opportunity"]
        alive = sorted(n for n, deal in deals.items() if not deal["IsDeleted"])
        what = self.drawn.choice(
            (
                "add",
                "stage",
                "stage",
                "owner",
                "owner",
                "delete",
                "undelete",
                "split",
                "task",
                "merge",
            )
        )
        if what == "add" or len(alive) < 3:
            self.add_deal()
            return
        number = self.drawn.choice(alive)
        if what == "stage":
            amount = self.drawn.choice((7.07, None, 1500))
            self.set(number, StageName=self.drawn.choice(sorted(STAGES)), Amount=amount)
        elif what == "owner":
            self.set(number, OwnerId=self.drawn.choice(self.users))
        elif what == "delete":
            deals[number] |= {"IsDeleted": True, "SystemModstamp": self.now}
        elif what == "undelete":
            for gone in deals.values():
                if gone["IsDeleted"]:
                    gone |= {"IsDeleted": False, "SystemModstamp": self.now}
                    break
        elif what == "split":
            owner = self.drawn.choice(self.users)
            self.add("OpportunitySplit", "1Eg", OpportunityId=number, SplitOwnerId=owner,
                     SplitTypeId=self.drawn.choice((self.revenue, self.overlay)),
                     SplitPercentage=33.33)  # fmt: skip
        elif what == "task":
            self.add("Task", "00T", OwnerId=self.users[0], WhatId=number, IsArchived=True)
        elif len(self.accounts) > 1:
            gone = self.objects["Account"][self.accounts.pop()]
            gone |= {"IsDeleted": True, "MasterRecordId": self.accounts[0],
                     "SystemModstamp": self.now}  # fmt: skip

    def vanish(self) -> None:
        """A deal that is gone without a word: emptied from the bin."""
        if len(self.objects["Opportunity"]) > 4:
            del self.objects["Opportunity"][self.drawn.choice(sorted(self.objects["Opportunity"]))]

    # what it answers

    def __call__(self, ask: Ask) -> Answer:
        if ask.path == "/services/oauth2/token":
            return said({"access_token": self.token, "instance_url": "https://elsewhere"})
        if ask.headers.get("authorization") != f"Bearer {self.token}":
            return said([{"errorCode": "INVALID_SESSION_ID", "message": "expired"}], status=401)
        path = ask.path.removeprefix(DATA).strip("/")
        if path == "limits":
            return said({"DailyApiRequests": {"Max": 15000, "Remaining": 14000}})
        if path == "sobjects":
            return said({"sobjects": [{"name": name} for name in self.objects]})
        if path.endswith("/describe"):
            records = list(self.objects[path.split("/")[1]].values())
            found = (name for record in records for name in record)
            names = dict.fromkeys(EMPTY_AT_FIRST.get(path.split("/")[1]) or found)
            return said({"fields": [{"name": name} for name in names]})
        if path in ("query", "queryAll"):
            return self._page(self._found(ask.query["q"], path == "queryAll"), 0)
        if path.startswith("query/"):
            key, start = path.removeprefix("query/").split("-")
            return self._page(self.cursors[key], int(start), key)
        if path.startswith("jobs/query"):
            return self._job(path.removeprefix("jobs/query").strip("/"), ask)
        return said([{"errorCode": "NOT_FOUND"}], status=404)

    def _found(self, soql: str, deleted: bool) -> list[dict[str, Any]]:
        fields, name, where = _SOQL.match(soql).groups()
        records = [r for r in self.objects[name].values() if self._fits(r, where or "")]
        records = [r for r in records if deleted or not r["IsDeleted"]]
        return [{field: r.get(field) for field in fields.split(", ")} for r in records]

    def _fits(self, record: dict[str, Any], where: str) -> bool:
        within = _WITHIN.match(where)
        if within:
            field, parent, condition = within.groups()
            found = self.objects[parent].get(record[field])
            return found is not None and self._fits(found, condition)
        for condition in filter(None, where.split(" AND ")):
            name, sign, value = condition.split(" ")
            wanted = datetime.fromisoformat(value)
            if not (record[name] >= wanted if sign == ">=" else record[name] < wanted):
                return False
        return True

    def _page(self, found: list[dict[str, Any]], start: int, key: str = "") -> Answer:
        key = key or f"01g{len(self.cursors):04d}"
        self.cursors[key] = found
        shown = found[start : start + self.page]
        done = start + self.page >= len(found)
        page: dict[str, Any] = {
            "totalSize": len(found), "done": done,
            "records": [{"attributes": {"type": "x"}, **{k: _rest(v) for k, v in r.items()}}
                        for r in shown],
        }  # fmt: skip
        if not done:
            page["nextRecordsUrl"] = f"{DATA}/query/{key}-{start + self.page}"
        return said(page)

    def _job(self, rest_of_path: str, ask: Ask) -> Answer:
        if not rest_of_path:
            key = f"750{len(self.jobs):04d}"
            self.jobs[key] = self._found(ask.json["query"], ask.json["operation"] == "queryAll")
            return said({"id": key, "state": "UploadComplete"})
        key, _, results = rest_of_path.partition("/")
        if not results:
            return said({"id": key, "state": "JobComplete"})
        start, size = int(ask.query.get("locator", 0)), int(ask.query["maxRecords"])
        rows = self.jobs[key]
        shown = rows[start : start + size]
        written = io.StringIO()
        table = csv.DictWriter(written, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\n")
        table.writeheader()
        table.writerows({k: _bulk(v) for k, v in row.items()} for row in shown)
        following = str(start + size) if start + size < len(rows) else "null"
        return Answer(200, written.getvalue().encode(), {
            "Content-Type": "text/csv", "Sforce-Locator": following,
            "Sforce-NumberOfRecords": str(len(shown)),
        })  # fmt: skip

    # what is true

    def true_deals(self) -> set[tuple[Any, ...]]:
        return {
            (d["Id"], d["AccountId"], d["OwnerId"], d["StageName"], money(d["Amount"]),
             d["CloseDate"], d["IsWon"], False, d["SystemModstamp"].replace(tzinfo=None))
            for d in self.objects["Opportunity"].values() if not d["IsDeleted"]
        }  # fmt: skip

    def true_history(self, number: str) -> set[tuple[Any, ...]]:
        """Every moment of one deal, with all that held from then on."""
        past = [r for r in self.objects["OpportunityHistory"].values()
                if r["OpportunityId"] == number]  # fmt: skip
        owners = [r for r in self.objects["OpportunityFieldHistory"].values()
                  if r["OpportunityId"] == number and r["NewValue"].startswith("005")]  # fmt: skip
        owner = owners[0]["OldValue"] if owners else self.objects["Opportunity"][number]["OwnerId"]
        found, held = set(), None
        for record in sorted([*past, *owners], key=lambda r: r["CreatedDate"]):
            if "NewValue" in record:
                owner = record["NewValue"]
            else:
                held = record
            found.add((
                number, record["CreatedDate"].replace(tzinfo=None), owner, held["StageName"],
                money(held["Amount"]), held["CloseDate"], STAGES[held["StageName"]][1],
            ))  # fmt: skip
        return found

    def true_splits(self) -> set[tuple[Any, ...]]:
        kinds = {self.revenue: "Revenue", self.overlay: "Overlay"}
        return {(s["Id"], s["OpportunityId"], kinds[s["SplitTypeId"]])
                for s in self.objects["OpportunitySplit"].values()}  # fmt: skip


def _rest(value: Any) -> Any:
    if isinstance(value, datetime):
        return rest(value)
    return value.isoformat() if isinstance(value, date) else value


def _bulk(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
