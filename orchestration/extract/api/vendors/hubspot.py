"""HubSpot's CRM, API v3. Reads only: the scopes are listed in docs/sources.md.

What changed is searched for, by id upward from the last one seen, so that no search meets HubSpot's
cap of 10,000 results and records of one instant are told apart (F08). Everything is listed.
Archived records are in lists of their own, for 90 days.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import BasePaginator, JSONResponseCursorPaginator
from requests import Request, Response

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

_ADDRESS = "https://api.hubapi.com"
# HubSpot's own limits: of a list, of one with history, of a search, of a batch
_LISTED, _WITH_HISTORY, _SEARCHED, _BATCH = 100, 50, 200, 100


def connection_of(source: ApiSource, domain: str) -> Connection:
    """How `domain` asks HubSpot: with a private app's token, or as an OAuth app."""
    url = source.url or _ADDRESS
    if source.refresh_token is None:
        return Connection(url, BearerTokenAuth(token=secret(source, "token", domain)))
    auth = renewable(
        f"{url}/oauth/v1/token",
        secret(source, "client_id", domain),
        secret(source, "client_secret", domain),
        grant_type="refresh_token",
        refresh_token=secret(source, "refresh_token", domain),
    )
    return Connection(url, auth, auth.renew)


class _UpwardById(BasePaginator):
    """Searches on from the highest id of the page before; ends where a page says it is the last."""

    def __init__(self) -> None:
        super().__init__()
        self._last: str | None = None

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        page = response.json()
        ids = [int(record["id"]) for record in page["results"]]
        self._has_next_page = bool(ids) and "next" in page.get("paging", {})
        self._last = str(max(ids)) if ids else None

    def update_request(self, request: Request) -> None:
        body = copy.deepcopy(request.json)
        body["filterGroups"][0]["filters"][-1]["value"] = self._last
        request.json = body


def going_on_after() -> JSONResponseCursorPaginator:
    return JSONResponseCursorPaginator(cursor_path="paging.next.after", cursor_param="after")


def _objects(
    name: str,
    kind: str,
    modified: str = "hs_lastmodifieddate",
    optional: bool = False,
    lists_archived: bool = True,
) -> Stream:
    """Records of one kind: what is there, what changed, and what was archived."""

    def read(reading: Reading, window: Window) -> Outcome:
        seen = reading.seen.setdefault(name, set())
        read_how = _all if window.is_whole else _changed
        counted = read_how(reading, window, name, kind, modified, seen)
        if lists_archived:
            _list(reading, name, kind, "true")
        return Outcome(counted=counted)

    versions = ("updatedAt", "archivedAt")
    return Stream(
        name,
        "results",
        read,
        version=versions,
        uncounted=("archived", "true"),
        optional=optional,
    )


def _fields(reading: Reading, under: str) -> list[str]:
    found = (field.partition(".") for field in reading.fields)
    return sorted({name for head, _, name in found if head == under})


def _asked(reading: Reading) -> dict[str, list[str]]:
    return {under: _fields(reading, under) for under in ("properties", "propertiesWithHistory")}


def _limit(reading: Reading) -> int:
    return _WITH_HISTORY if _fields(reading, "propertiesWithHistory") else _LISTED


def _search(modified: str, window: Window, properties: list[str]) -> dict[str, Any]:
    def when(operator: str, instant: Any) -> dict[str, str]:
        milliseconds = str(int(instant.timestamp() * 1000))
        return {"propertyName": modified, "operator": operator, "value": milliseconds}

    filters = [when("GTE", window.since)] if window.since else []
    filters += [when("LT", window.until)] if window.until else []
    # the paginator raises the last one from page to page
    filters.append({"propertyName": "hs_object_id", "operator": "GT", "value": "0"})
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": properties,
        "limit": _SEARCHED,
    }


def _all(
    reading: Reading, window: Window, name: str, kind: str, modified: str, seen: set[str]
) -> int:
    seen.update(_list(reading, name, kind, "false"))
    body = _search(modified, window, []) | {"limit": 1}
    path = f"/crm/v3/objects/{kind}/search"
    return reading.lists.ask(path, body=body, must_have=("total",))["total"]


def _list(reading: Reading, name: str, kind: str, archived: str) -> set[str]:
    """Land a list to its end; the ids in it."""
    asked = {under: ",".join(names) for under, names in _asked(reading).items() if names}
    pages = reading.lists.read(
        name,
        f"/crm/v3/objects/{kind}",
        records="results",
        paginator=going_on_after(),
        params=asked | {"archived": archived, "limit": _limit(reading)},
    )
    return {record["id"] for page in pages for record in page["results"]}


def _changed(
    reading: Reading, window: Window, name: str, kind: str, modified: str, seen: set[str]
) -> int:
    has_history = bool(_fields(reading, "propertiesWithHistory"))
    path = f"/crm/v3/objects/{kind}"
    pages = reading.lists.read(
        name,
        f"{path}/search",
        records="results",
        paginator=_UpwardById(),
        body=_search(modified, window, [] if has_history else _fields(reading, "properties")),
        must_have=("total",),
        lands=not has_history,
    )
    found: list[str] = []
    counted = 0
    for page in pages:
        # of the pages after the first the total is of what is left
        counted = max(counted, page["total"])
        found += [record["id"] for record in page["results"]]
    seen.update(found)
    if has_history:
        _batches(reading, name, f"{path}/batch/read", found, _asked(reading), _WITH_HISTORY)
    return counted


def _batches(
    reading: Reading,
    name: str,
    path: str,
    ids: Iterable[str],
    asked: dict[str, Any],
    size: int = _BATCH,
) -> None:
    """Read what belongs to records by their ids, and land it."""
    reading.lists.begin(name)
    for some in in_parts(ids, size):
        body = asked | {"inputs": [{"id": one} for one in some]}
        reading.lists.ask(path, body=body, must_have=("results", "status"), land_as=name)


def _links(name: str, of: str, kind: str, to: str) -> Stream:
    """Which records of another kind hang on those of the list `of` that were read this night."""

    def read(reading: Reading, window: Window) -> Outcome:
        path = f"/crm/v4/associations/{kind}/{to}/batch/read"
        _batches(reading, name, path, reading.seen.get(of, ()), {})
        return Outcome()

    return Stream(name, "results", read, key=("from.id",), is_whole=True)


def _splits(reading: Reading, window: Window) -> Outcome:
    path = "/crm/v3/objects/deals/splits/batch/read"
    _batches(reading, "deal_split", path, reading.seen["deal"], {})
    return Outcome()


def owners(reading: Reading, window: Window) -> Outcome:
    for archived in ("false", "true"):
        reading.lists.land_list(
            "owner",
            "/crm/v3/owners",
            records="results",
            paginator=going_on_after(),
            params={"limit": _LISTED, "archived": archived},
        )
    return Outcome()


def _pipelines(reading: Reading, window: Window) -> Outcome:
    reading.lists.land_list("deal_pipeline", "/crm/v3/pipelines/deals", records="results")
    return Outcome()


def _account(reading: Reading, window: Window) -> Outcome:
    told = ("portalId", "timeZone")
    reading.lists.ask(VENDOR.hello, must_have=told, land_as="account_info")
    return Outcome()


VENDOR = Vendor(
    name="hubspot",
    domain="crm",
    version="api v3",
    hello="/account-info/v3/details",
    connect=lambda source: connection_of(source, "crm"),
    streams=(
        Stream("account_info", "", _account, key=("portalId",), is_whole=True),
        Stream("owner", "results", owners, version=("updatedAt",), is_whole=True),
        Stream("deal_pipeline", "results", _pipelines, is_whole=True),
        _objects("company", "companies"),
        _objects("contact", "contacts", modified="lastmodifieddate"),
        _objects("deal", "deals"),
        _links("deal_company", "deal", "deals", "companies"),
        Stream("deal_split", "results", _splits, is_whole=True, optional=True),
        _objects("task", "tasks", optional=True),
        _links("task_deal", "task", "tasks", "deals"),
        _objects("call", "calls", optional=True),
        _links("call_deal", "call", "calls", "deals"),
        # HubSpot answers no list of archived meetings: the night that compares finds them
        _objects("meeting", "meetings", optional=True, lists_archived=False),
        _links("meeting_deal", "meeting", "meetings", "deals"),
    ),
    # splits are read with their deal: one that did not come with it is gone
    parts={"opportunity_split": ("opportunity_id", "opportunity")},
)
