"""All lists of one source, read into pages: what is new, or everything on the nights that compare.

A list is read again where the source counts more than came, and from the last committed instant
where the vendor's own cursor is no longer known (F06).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from orchestration.contract import Domain
from orchestration.errors import SourceError
from orchestration.extract.alias_maps import VendorMap
from orchestration.extract.api.backfill import Backfill
from orchestration.extract.api.pages import PageStore
from orchestration.extract.api.paging import Lists
from orchestration.extract.api.patience import Clock, Patience, read_http_date
from orchestration.extract.api.progress import Progress, source_now
from orchestration.extract.api.records import count_of
from orchestration.extract.api.sending import CarefulSession, Refused
from orchestration.extract.api.tokens import Renewable
from orchestration.extract.api.vendor import Outcome, Reading, Stream, Vendor, Window
from orchestration.settings import ApiSource

# rows move while a list is read; one that is short three times running is no list in motion
_READS = 3
_NOT_FOR_US = (403, 404)
_CURSOR_UNKNOWN = (400, 404, 410, 422)


@dataclass(frozen=True)
class Fetched:
    """is_whole: everything was read, so what did not come is gone."""

    progress: Progress
    is_whole: bool
    counted: dict[str, int]


def connect(
    vendor: Vendor,
    domain: str,
    source: ApiSource,
    store: PageStore,
    clock: Clock,
    patience: Patience,
) -> Lists:
    """The client of one source, its credentials in it. Raises SourceError where one is missing."""
    link = vendor.connect(source)
    what_for = f"{domain} ({vendor.name})"
    session = CarefulSession(link.base_url, what_for, patience, clock, link.renew)
    session.complaint = link.complaint
    if isinstance(link.auth, Renewable):
        tokens = CarefulSession(link.auth.access_token_url, what_for, patience, clock)
        tokens.must_have = ("access_token",)
        link.auth.send_through(tokens)
    return Lists(link.base_url, link.auth, session, store, what_for, patience, link.headers)


def fetch(
    connection: duckdb.DuckDBPyConnection,
    domain: Domain,
    vendor: Vendor,
    names: VendorMap,
    source: ApiSource,
    run_date: date,
    before: Progress,
    backfill: Backfill | None,
    store: PageStore,
    clock: Clock,
    patience: Patience,
) -> Fetched:
    """Read every list of `vendor` into `store`. Raises SourceError; nothing is committed here."""
    lists = connect(vendor, domain.name, source, store, clock, patience)
    lists.ask(vendor.hello)
    now = source_now(read_http_date(lists.session.server_date), clock.wall(), run_date)
    is_whole = vendor.is_whole or before.reads_all(run_date, source.whole_every_days)
    look_back = timedelta(hours=source.look_back_hours)
    tokens: dict[str, str | None] = {}
    counted: dict[str, int] = {}
    seen: dict[str, set[str]] = {}
    for stream in vendor.streams:
        reading = Reading(lists, source, names.fields(stream.name), now, seen)
        compared = is_whole and not stream.is_history
        windows = [Window() if compared else before.window(stream, look_back)]
        if backfill and not windows[0].is_whole:
            windows.append(Window(since=backfill.since, until=backfill.until))
        try:
            outcome = _read(connection, stream, reading, windows, store)
        except Refused as refused:
            was_there = stream.name in before.tokens and not before.is_trial
            if not stream.optional or was_there or refused.status not in _NOT_FOR_US:
                raise
            store.drop(stream.name)
            continue
        tokens[stream.name] = outcome.token
        if outcome.counted is not None:
            counted[stream.name] = outcome.counted
    progress = Progress(
        at=now,
        tokens=tokens,
        whole_on=run_date if is_whole or before.whole_on is None else before.whole_on,
        backfilled=backfill.name if backfill else before.backfilled,
    )
    return Fetched(progress, is_whole, counted)


def _read(
    connection: duckdb.DuckDBPyConnection,
    stream: Stream,
    reading: Reading,
    windows: list[Window],
    store: PageStore,
) -> Outcome:
    """One list, all its windows. The first window's outcome is where the next night goes on."""
    for _ in range(_READS):
        first, *others = windows
        try:
            outcome = stream.read(reading, first)
        except Refused as refused:
            if first.token is None or refused.status not in _CURSOR_UNKNOWN:
                raise
            reading.lists.forget(stream.name)
            windows = [Window(since=first.since), *others]
            outcome = stream.read(reading, windows[0])
        for window in others:
            stream.read(reading, window)
        if outcome.counted is None:
            return outcome
        arrived = count_of(connection, store.written(stream.name), stream)
        if arrived >= outcome.counted:
            return outcome
        reading.lists.forget(stream.name)
    raise SourceError(
        f"{reading.lists.what_for} {stream.name}: the source counts {outcome.counted} records, "
        f"{arrived} arrived, {_READS} times; nothing was landed"
    )
