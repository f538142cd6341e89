"""Marketo's REST API. Reads only: an API-only user whose role has the read-only permissions.

Errors come with status 200 and a code. Activities are read by a token that stands for an instant;
the last page of them carries a token too, and only `moreResult` ends (F14). Leads are those who did
something, read by their ids.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator, JSONResponseCursorPaginator
from requests import Request, Response

from orchestration.errors import SourceError
from orchestration.extract.api.sending import Complaint
from orchestration.extract.api.tokens import renewable
from orchestration.extract.api.vendor import (
    Connection,
    Outcome,
    Reading,
    Stream,
    Vendor,
    Window,
    in_parts,
    secret,
)
from orchestration.settings import ApiSource

_PAGE, _ASSETS = 300, 200
# the token is not right, or ran out
_OF_TOKEN = ("601", "602")
# what a lead does: visit a page, fill out a form, click a link, open and click a mail, have an
# interesting moment or a new status in a program; not what is done to a record
_DEEDS = "1,2,3,10,11,46,104"
# all there is: Marketo keeps activities for 25 months at most
_KEPT_SINCE = datetime(2015, 1, 1, tzinfo=UTC)


def _connect(source: ApiSource) -> Connection:
    if source.url is None:
        raise SourceError("marketing: url is not set; it is like https://123-ABC-456.mktorest.com")
    auth = renewable(
        f"{source.url}/identity/oauth/token",
        secret(source, "client_id", "marketing"),
        secret(source, "client_secret", "marketing"),
    )
    return Connection(source.url, auth, auth.renew, complaint=_complaint)


def _complaint(page: Any) -> Complaint | None:
    if not isinstance(page, dict) or page.get("success") is not False:
        return None
    codes = [str(error.get("code")) for error in page.get("errors", [])]
    of_token = any(code in _OF_TOKEN for code in codes)
    return Complaint(f"error {', '.join(codes) or 'without a code'}", of_token)


class _ByOffset(BasePaginator):
    """Goes on by offset; a page that holds nothing has no `result` at all, and is the last."""

    def __init__(self) -> None:
        super().__init__()
        self._offset = 0

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        found = len(response.json().get("result", []))
        self._has_next_page = found > 0
        self._offset += found

    def update_request(self, request: Request) -> None:
        request.params = {**(request.params or {}), "offset": self._offset}


def _programs(reading: Reading, window: Window) -> Outcome:
    reading.lists.land_list(
        "program",
        "/rest/asset/v1/programs.json",
        records="",
        paginator=_ByOffset(),
        params={"maxReturn": _ASSETS, "offset": 0},
        must_have=("success",),
    )
    return Outcome()


def _campaigns(reading: Reading, window: Window) -> Outcome:
    reading.lists.land_list(
        "campaign",
        "/rest/v1/campaigns.json",
        records="result",
        paginator=JSONResponseCursorPaginator("nextPageToken", "nextPageToken"),
        params={"batchSize": _PAGE},
    )
    return Outcome()


def _activities(reading: Reading, window: Window) -> Outcome:
    since = (window.since or _KEPT_SINCE).strftime("%Y-%m-%dT%H:%M:%SZ")
    begin = reading.lists.ask(
        "/rest/v1/activities/pagingtoken.json",
        params={"sinceDatetime": since},
        must_have=("nextPageToken",),
    )
    pages = reading.lists.read(
        "activity",
        "/rest/v1/activities.json",
        # a page in which nobody did anything has no `result`, and there may be more after it
        records="",
        paginator=JSONResponseCursorPaginator(
            "nextPageToken", "nextPageToken", has_more_path="moreResult"
        ),
        params={
            "activityTypeIds": _DEEDS,
            "batchSize": _PAGE,
            "nextPageToken": begin["nextPageToken"],
        },
        must_have=("moreResult", "nextPageToken"),
    )
    seen = reading.seen.setdefault("activity", set())
    for page in pages:
        seen.update(str(deed["leadId"]) for deed in page.get("result", []))
    return Outcome()


def _leads(reading: Reading, window: Window) -> Outcome:
    reading.lists.begin("lead")
    for ids in in_parts(reading.seen["activity"], _PAGE):
        # a POST that reads: 300 ids are longer than an address may be
        body = {"filterType": "id", "filterValues": ",".join(ids), "batchSize": _PAGE}
        reading.lists.land_list(
            "lead",
            "/rest/v1/leads.json",
            records="result",
            params={"_method": "GET"},
            form=body | {"fields": ",".join(reading.fields)},
        )
    return Outcome()


VENDOR = Vendor(
    name="marketo",
    domain="marketing",
    version="rest v1",
    hello="/rest/v1/stats/usage.json",
    connect=_connect,
    streams=(
        Stream("program", "result", _programs, version=("updatedAt",), is_whole=True),
        Stream("campaign", "result", _campaigns, version=("updatedAt",), is_whole=True),
        Stream("activity", "result", _activities, key=("marketoGUID",), is_history=True),
        Stream("lead", "result", _leads, version=("updatedAt",), is_whole=True),
    ),
)
