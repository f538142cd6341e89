"""A made-up company's HubSpot marketing: campaigns, forms, who filled out which, what is true."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sources.server import Answer, Ask, said

NOW = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
ACTIVITY = ("id", "lead_id", "campaign_id", "activity_type_id")


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Portal:
    """A made-up account. An answer holds at most two records."""

    def __init__(self, seed: int = 1) -> None:
        self.drawn = random.Random(seed)
        self.now = NOW
        # campaigns that were deleted
        self.ended: set[str] = set()
        # what each form was told to be of, at any time
        self.told_of: dict[str, set[str | None]] = {}
        stamps = {"createdAt": iso(NOW), "updatedAt": iso(NOW)}
        self.campaigns = {
            f"c{n}": {"id": f"c{n}", **stamps, "properties": {
                "hs_name": f"Campaign {n}", "hs_owner": str(n), "hs_campaign_status": "active"}}
            for n in (1, 2, 3)
        }  # fmt: skip
        self.forms = {f"f{n}": {"id": f"f{n}", "name": f"Form {n}", **stamps} for n in (1, 2, 3)}
        # f3 is of two campaigns
        self.forms_of = {"c1": ["f1", "f3"], "c2": ["f2", "f3"], "c3": []}
        self.people = {
            str(n): {"id": str(n), **stamps, "properties": {
                "email": f"p{n}@example.com", "firstname": "P", "lastname": str(n),
                "hs_additional_emails": "old@example.com;Other@example.com" if n == 2 else None}}
            for n in range(1, 5)
        }  # fmt: skip
        self.submitted: dict[str, list[dict[str, Any]]] = {form: [] for form in self.forms}
        for number in range(7):
            self.submit("f1", f"P{number % 3 + 1}@example.com", NOW - timedelta(days=9 - number))

    def submit(self, form: str, address: str, at: datetime) -> str:
        number = f"s{sum(map(len, self.submitted.values()))}"
        values = [{"name": "email", "value": address, "objectTypeId": "0-1"},
                  {"name": "firstname", "value": "P", "objectTypeId": "0-1"}]  # fmt: skip
        milliseconds = int(at.timestamp() * 1000)
        self.submitted[form].insert(0, {"conversionId": number, "submittedAt": milliseconds,
                                        "values": values, "pageUrl": "https://x"})  # fmt: skip
        return number

    # how the company lives

    def change(self) -> None:
        """One thing that happens in a company."""
        self.now += timedelta(seconds=self.drawn.choice((0, 1, 60)))
        stamp = iso(self.now)
        what = self.drawn.choice(("fill", "fill", "fill", "meet", "rename", "plan", "form", "join"))
        alive = sorted(self.campaigns)
        if what == "fill":
            person = self.drawn.choice([*sorted(self.people), None])
            known = sorted(self._addresses(self.people[person]) - {""}) if person else []
            address = self.drawn.choice(known or ["nobody@example.com"])
            self.submit(self.drawn.choice(sorted(self.forms)), address.upper(), self.now)
        elif what == "meet":
            number = str(len(self.people) + 1)
            address = f"p{number}@example.com"
            said_of = {"email": address, "firstname": "P", "lastname": number}
            self.people[number] = {
                "id": number, "createdAt": stamp, "updatedAt": stamp,
                "properties": {**said_of, "hs_additional_emails": None},
            }  # fmt: skip
            self.submit(self.drawn.choice(sorted(self.forms)), address, self.now)
        elif what == "rename":
            campaign = self.campaigns[self.drawn.choice(alive)]
            campaign["properties"]["hs_name"] = f"Named at {stamp}"
            campaign["updatedAt"] = stamp
        elif what == "plan":
            number = f"c{len(self.campaigns) + len(self.ended) + 1}"
            properties = {"hs_name": number, "hs_owner": self.drawn.choice(("1", "2", None)),
                          "hs_campaign_status": "planned"}  # fmt: skip
            self.campaigns[number] = {"id": number, "createdAt": stamp, "updatedAt": stamp,
                                      "properties": properties}  # fmt: skip
            self.forms_of[number] = []
        elif what == "form":
            number = f"f{len(self.forms) + 1}"
            stamps = {"createdAt": stamp, "updatedAt": stamp}
            self.forms[number] = {"id": number, "name": number, **stamps}
            self.submitted[number] = []
        else:
            forms = self.forms_of[self.drawn.choice(alive)]
            form = self.drawn.choice(sorted(self.forms))
            forms.remove(form) if form in forms else forms.append(form)

    def vanish(self) -> None:
        """A campaign is deleted for good; no table of ours can show it."""
        if len(self.campaigns) > 2:
            number = self.drawn.choice(sorted(self.campaigns))
            del self.campaigns[number], self.forms_of[number]
            self.ended.add(number)

    # what its API answers

    def __call__(self, ask: Ask) -> Answer:
        parts = ask.path.strip("/").split("/")
        if ask.path == "/account-info/v3/details":
            return said({"portalId": 7})
        if ask.path == "/crm/v3/owners":
            mine = [{"id": "1", "userId": 2, "email": "ann@example.com", "updatedAt": iso(NOW)}]
            return said({"results": mine if ask.query["archived"] == "false" else []})
        if ask.path == "/crm/v3/objects/contacts/batch/read":
            asked = {one["id"] for one in ask.json["inputs"]}
            found = [p for p in self.people.values() if asked & self._addresses(p)]
            return said({"status": "COMPLETE", "results": found, "numErrors": 0}, status=207)
        if ask.path == "/marketing/v3/campaigns":
            return self._page(list(self.campaigns.values()), ask, total=len(self.campaigns))
        if ask.path == "/marketing/v3/forms":
            kept = self.forms.values() if ask.query["archived"] == "false" else []
            return self._page(list(kept), ask)
        if parts[-2:] == ["assets", "FORM"]:
            for form in self.forms_of[parts[3]]:
                self.told_of.setdefault(form, set()).add(parts[3])
            return self._page([self.forms[form] for form in self.forms_of[parts[3]]], ask)
        return self._page(self.submitted[parts[-1]], ask)

    def _addresses(self, person: dict[str, Any]) -> set[str]:
        more = (person["properties"]["hs_additional_emails"] or "").lower().split(";")
        return {person["properties"]["email"], *more}

    def _page(self, records: list[Any], ask: Ask, **more: Any) -> Answer:
        start = int(ask.query.get("after", 0))
        page = {"results": records[start : start + 2], **more}
        if start + 2 < len(records):
            page["paging"] = {"next": {"after": str(start + 2)}}
        return said(page)

    # what is true

    def true_submissions(self) -> set[tuple[Any, ...]]:
        whose = {
            address: n for n, p in self.people.items() for address in self._addresses(p) - {""}
        }
        return {
            (each["conversionId"], at(each["submittedAt"]),
             whose.get(each["values"][0]["value"].lower(), "unassigned"))
            for submitted in self.submitted.values() for each in submitted
        }  # fmt: skip

    def true_campaigns(self) -> set[tuple[Any, ...]]:
        return {
            (number, said_of["hs_name"], "ann@example.com" if said_of["hs_owner"] == "1" else None)
            for number, campaign in self.campaigns.items()
            for said_of in [campaign["properties"]]
        }

    def may_be_of(self) -> set[tuple[Any, ...]]:
        """Each submission with none and with every campaign that its form was told to be of."""
        return {
            (each["conversionId"], campaign)
            for form, submitted in self.submitted.items() for each in submitted
            for campaign in {None, *self.told_of.get(form, ())}
        }  # fmt: skip


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)
