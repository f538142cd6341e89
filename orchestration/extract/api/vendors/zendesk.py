"""Zendesk Support, API v2. Reads only: an agent who may see all tickets, users, organisations.

Lists are its incremental exports, which end where `end_of_stream` says so: the last page still
carries a cursor (F14). Deleted tickets and users are in them, with status `deleted`, or not active.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth, HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import BasePaginator, JSONResponseCursorPaginator
from requests import Request, Response

from orchestration.errors import SourceError
from orchestration.extract.api.vendor import (
    Connection,
    Outcome,
    Reading,
    Stream,
    Vendor,
    Window,
    secret,
)
from orchestration.settings import ApiSource

_PAGE = 1000
# an export refuses to begin in the last minute, which is still being written
_SETTLED = timedelta(minutes=2)
# a rating is dated when it was offered, and can be given or changed until its ticket closes, which
# Zendesk does 28 days after it was solved at the latest
_RATING_OPEN = timedelta(days=35)
# above this Zendesk's counts are up to a day old
_COUNTED_EXACTLY = 100_000


def _connect(source: ApiSource) -> Connection:
    if source.url is None:
        raise SourceError("support: url is not set; it is like https://company.zendesk.com")
    token = secret(source, "token", "support")
    if source.user is None:
        return Connection(source.url, BearerTokenAuth(token=token))
    return Connection(source.url, HttpBasicAuth(username=f"{source.user}/token", password=token))


class _Export(BasePaginator):
    """Goes on where the page says, under `parameter`, until it says end_of_stream."""

    def __init__(self, parameter: str, told_in: str) -> None:
        super().__init__()
        self._parameter = parameter
        self._told_in = told_in
        self.reached: str | None = None

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        page = response.json()
        self._has_next_page = not page["end_of_stream"]
        told = page.get(self._told_in)
        self.reached = self.reached if told is None else str(told)
        if self._has_next_page and told is None:
            raise SourceError(
                "support (zendesk): a page says neither that it is the last, nor more"
            )

    def update_request(self, request: Request) -> None:
        kept = {k: v for k, v in (request.params or {}).items() if k != "start_time"}
        request.params = kept | {self._parameter: self.reached}


def _start(reading: Reading, window: Window) -> int:
    """Unix time that an export begins at: all there is where nothing was read yet."""
    if window.since is None:
        return 0
    return int(min(window.since, reading.now - _SETTLED).timestamp())


def _by_cursor(name: str, path: str, records: str, count: str):
    def read(reading: Reading, window: Window) -> Outcome:
        begin: dict[str, Any] = {"start_time": _start(reading, window)}
        if window.token is not None:
            begin = {"cursor": window.token}
        export = _Export("cursor", "after_cursor")
        return _export(reading, window, name, path, records, begin, export, count, keeps=True)

    return read


def _by_time(name: str, path: str, records: str, count: str | None):
    def read(reading: Reading, window: Window) -> Outcome:
        begin = {"start_time": _start(reading, window)}
        export = _Export("start_time", "end_time")
        return _export(reading, window, name, path, records, begin, export, count, keeps=False)

    return read


def _export(
    reading: Reading,
    window: Window,
    name: str,
    path: str,
    records: str,
    begin: dict[str, Any],
    export: _Export,
    count: str | None,
    keeps: bool,
) -> Outcome:
    reading.lists.land_list(
        name,
        path,
        records=records,
        paginator=export,
        params=begin | {"per_page": _PAGE},
        must_have=("end_of_stream",),
    )
    counted = None
    if count and window.is_whole:
        told = reading.lists.ask(count, must_have=("count.value",))["count"]["value"]
        counted = told if told <= _COUNTED_EXACTLY else None
    return Outcome(token=export.reached if keeps else None, counted=counted)


def _ratings(reading: Reading, window: Window) -> Outcome:
    params: dict[str, Any] = {"page[size]": 100}
    if window.since is not None:
        params["start_time"] = int((window.since - _RATING_OPEN).timestamp())
    if window.until is not None:
        params["end_time"] = int(window.until.timestamp())
    reading.lists.land_list(
        "satisfaction_rating",
        "/api/v2/satisfaction_ratings.json",
        records="satisfaction_ratings",
        paginator=JSONResponseCursorPaginator(
            cursor_path="meta.after_cursor",
            cursor_param="page[after]",
            has_more_path="meta.has_more",
        ),
        params=params,
        must_have=("meta.has_more",),
    )
    return Outcome()


VENDOR = Vendor(
    name="zendesk",
    domain="support",
    version="api v2",
    hello="/api/v2/users/me.json",
    connect=_connect,
    streams=(
        Stream(
            "ticket",
            "tickets",
            _by_cursor(
                "ticket",
                "/api/v2/incremental/tickets/cursor.json",
                "tickets",
                "/api/v2/tickets/count.json",
            ),
            version=("updated_at", "generated_timestamp"),
            uncounted=("status", "deleted"),
        ),
        Stream(
            "ticket_event",
            "ticket_events",
            _by_time(
                "ticket_event",
                "/api/v2/incremental/ticket_events.json",
                "ticket_events",
                None,
            ),
            is_history=True,
        ),
        Stream(
            "user",
            "users",
            _by_cursor(
                "user",
                "/api/v2/incremental/users/cursor.json",
                "users",
                "/api/v2/users/count.json",
            ),
            version=("updated_at",),
            uncounted=("active", "false"),
        ),
        Stream(
            "organization",
            "organizations",
            _by_time(
                "organization",
                "/api/v2/incremental/organizations.json",
                "organizations",
                "/api/v2/organizations/count.json",
            ),
            version=("updated_at",),
        ),
        Stream(
            "satisfaction_rating",
            "satisfaction_ratings",
            _ratings,
            version=("updated_at",),
            optional=True,
        ),
    ),
    # a ticket that is scrubbed altogether leaves no word; it is shown as deleted ones are
    gone={"ticket": ("status", "deleted")},
)
