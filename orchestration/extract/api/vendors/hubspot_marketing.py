"""HubSpot's marketing, API v3: campaigns, and who filled out which form. Reads only.

A page of submissions does not say of which form it is, nor one of a campaign's forms of which
campaign: those pages land within a line that says so. Submissions come newest first, so a night
reads each form back to where the last one began. Leads are those who submitted something, by their
addresses.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from requests import Response

from orchestration.extract.api.vendor import Outcome, Reading, Stream, Vendor, Window, in_parts
from orchestration.extract.api.vendors.hubspot import connection_of, going_on_after, owners

# HubSpot's own limits: of campaigns and of forms, of submissions, of a batch
_LISTED, _SUBMITTED, _BATCH = 100, 50, 100


class _BackTo(JSONResponseCursorPaginator):
    """Goes on to older submissions until a page reaches back before an instant."""

    def __init__(self, since: datetime | None) -> None:
        super().__init__(cursor_path="paging.next.after", cursor_param="after")
        self._since = since.timestamp() * 1000 if since else 0.0

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        submitted = [each["submittedAt"] for each in response.json()["results"]]
        if submitted and min(submitted) < self._since:
            self._has_next_page = False


def _campaigns(reading: Reading, window: Window) -> Outcome:
    seen = reading.seen.setdefault("campaign", set())
    counted = None
    properties = [name.removeprefix("properties.") for name in reading.fields]
    pages = reading.lists.read(
        "campaign",
        "/marketing/v3/campaigns",
        records="results",
        paginator=going_on_after(),
        params={"limit": _LISTED, "properties": ",".join(properties)},
        must_have=("total",),
    )
    for page in pages:
        # a campaign that is made meanwhile comes the next night
        counted = page["total"] if counted is None else counted
        seen.update(campaign["id"] for campaign in page["results"])
    return Outcome(counted=counted)


def _forms(reading: Reading, window: Window) -> Outcome:
    seen = reading.seen.setdefault("form", set())
    # archived ones too: what was submitted before stays
    for archived in ("false", "true"):
        pages = reading.lists.read(
            "form",
            "/marketing/v3/forms",
            records="results",
            paginator=going_on_after(),
            params={"limit": _LISTED, "archived": archived},
        )
        for page in pages:
            seen.update(form["id"] for form in page["results"])
    return Outcome()


def _land_under(reading: Reading, stream: str, name: str, value: str) -> None:
    """Land the page that came last, unchanged, within a line that says to what it belongs."""
    said = json.dumps({name: value})[:-1].encode()
    reading.lists.land(stream, said + b', "page": ' + reading.lists.session.body + b"}")


def _campaign_forms(reading: Reading, window: Window) -> Outcome:
    reading.lists.begin("campaign_form")
    for campaign in sorted(reading.seen["campaign"]):
        pages = reading.lists.read(
            "campaign_form",
            f"/marketing/v3/campaigns/{campaign}/assets/FORM",
            records="results",
            paginator=going_on_after(),
            lands=False,
        )
        for _ in pages:
            _land_under(reading, "campaign_form", "campaignId", campaign)
    return Outcome()


def _submissions(reading: Reading, window: Window) -> Outcome:
    reading.lists.begin("submission")
    addresses = reading.seen.setdefault("address", set())
    for form in sorted(reading.seen["form"]):
        pages = reading.lists.read(
            "submission",
            f"/form-integrations/v1/submissions/forms/{form}",
            records="results",
            paginator=_BackTo(window.since),
            params={"limit": _SUBMITTED},
            lands=False,
        )
        for page in pages:
            _land_under(reading, "submission", "formId", form)
            addresses.update(
                field["value"].strip().lower()
                for each in page["results"]
                for field in each["values"]
                if field["name"] == "email" and field["value"]
            )
    return Outcome()


def _leads(reading: Reading, window: Window) -> Outcome:
    reading.lists.begin("lead")
    properties = [n.removeprefix("properties.") for n in reading.fields if "." in n]
    for some in in_parts(reading.seen["address"], _BATCH, key=str):
        body = {
            "idProperty": "email",
            "properties": properties,
            "inputs": [{"id": one} for one in some],
        }
        reading.lists.ask(
            "/crm/v3/objects/contacts/batch/read",
            body=body,
            must_have=("results", "status"),
            land_as="lead",
        )
    return Outcome()


VENDOR = Vendor(
    name="hubspot_marketing",
    domain="marketing",
    version="api v3",
    hello="/account-info/v3/details",
    connect=lambda source: connection_of(source, "marketing"),
    streams=(
        Stream("owner", "results", owners, version=("updatedAt",), is_whole=True),
        Stream("campaign", "results", _campaigns, version=("updatedAt",), is_whole=True),
        Stream("form", "results", _forms, version=("updatedAt",), is_whole=True),
        Stream("campaign_form", "", _campaign_forms, key=("campaignId", "page"), is_whole=True),
        Stream("submission", "", _submissions, key=("formId", "page"), is_history=True),
        Stream("lead", "results", _leads, version=("updatedAt",), is_whole=True),
    ),
)
