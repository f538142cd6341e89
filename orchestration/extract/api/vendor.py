"""What one vendor's file says: where it answers, who asks, which lists there are and how they go.

Here: the shapes only. A vendor is a module of `vendors/` with `VENDOR`, found by its name.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests import PreparedRequest
from requests.auth import AuthBase

from orchestration.errors import SourceError
from orchestration.extract.api import vendors
from orchestration.extract.api.paging import Lists
from orchestration.extract.api.sending import Complaint
from orchestration.settings import ApiSource


@dataclass(frozen=True)
class Window:
    """What of a list is wanted: changed at `since` or later, before `until`; None is no bound.

    `token` is where the vendor's own cursor stood; it goes before `since`.
    """

    since: datetime | None = None
    until: datetime | None = None
    token: str | None = None

    @property
    def is_whole(self) -> bool:
        return self.since is None and self.token is None


@dataclass(frozen=True)
class Reading:
    """What a list is read with. `fields` are the names that are read of it, as the source
    spells them; `now` is the source's own clock when the night began to read. `seen` are ids by
    list, kept from one list for others that are read by them."""

    lists: Lists
    source: ApiSource
    fields: tuple[str, ...]
    now: datetime
    seen: dict[str, set[str]]


@dataclass(frozen=True)
class Outcome:
    """What reading a list told: the cursor to go on from, and how many records there are at least
    by the source's own count."""

    token: str | None = None
    counted: int | None = None


@dataclass(frozen=True)
class Stream:
    """One list of the source.

    records: path of the list within a page; none where the page itself is the record, `$` where it
    is the list, `<path>.*` where records are the values of an object.
    key, version: paths within a record: what it is, and what makes one newer than another.
    uncounted: (path, value) of records that are told and that the source's own count leaves out:
    those archived or deleted. They must not stand for others that were lost on the way.
    is_whole: every read gives all there is, whatever the window asks.
    is_history: what was, and stays so: nothing of it is ever gone, and it is read whole once only.
    optional: an account may lack it, or not let us see it.
    """

    name: str
    records: str
    read: Callable[[Reading, Window], Outcome]
    key: tuple[str, ...] = ("id",)
    version: tuple[str, ...] = ()
    uncounted: tuple[str, str] | None = None
    is_whole: bool = False
    is_history: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Connection:
    """Where the source answers and how a request says who asks."""

    base_url: str
    auth: AuthBase | None = None
    renew: Callable[[PreparedRequest], None] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    complaint: Callable[[Any], Complaint | None] = lambda page: None


@dataclass(frozen=True)
class Vendor:
    """hello: a small answer that every account gives; its Date is the source's clock.

    gone: table -> (column, value): how a record that is no longer there shows, where the table
    has no column of its own for that; no value is that the column is empty.
    parts: table -> (column, table of the whole): its records come together with the whole whose id
    the column holds; one that did not come with it is gone.
    joined: table -> its instant: events put together from several lists, which are read one after
    the other. What happened after the night began may be in one of them and not in another, and is
    told by the next night, which reads all of it.
    is_whole: every night reads everything there is.
    """

    name: str
    domain: str
    version: str
    hello: str
    connect: Callable[[ApiSource], Connection]
    streams: tuple[Stream, ...]
    gone: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False


def known() -> tuple[str, ...]:
    return tuple(sorted(found.name for found in pkgutil.iter_modules(vendors.__path__)))


def vendor_of(domain: str, name: str | None) -> Vendor:
    """The vendor of that name. Raises SourceError where there is none for the domain."""
    if name is None or name not in known():
        said = f"vendor {name} is not known" if name else "no vendor is named"
        raise SourceError(
            f"{domain}: {said}; say which API it is with vendor under [domains.{domain}]: "
            f"{', '.join(known())}"
        )
    vendor: Vendor = importlib.import_module(f"{vendors.__name__}.{name}").VENDOR
    if vendor.domain != domain:
        raise SourceError(f"{domain}: {name} is a source of {vendor.domain}, not of {domain}")
    return vendor


def in_parts(ids: Iterable[str], size: int, key: Callable[[str], Any] = int) -> Iterator[list[str]]:
    """Ids in their order, as many at a time as a source takes; most are numbers written as text."""
    ordered = sorted(ids, key=key)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def secret(source: ApiSource, name: str, domain: str) -> str:
    """The value of a credential, for a request's header only. Raises SourceError where not set."""
    value = getattr(source, name)
    if value is None:
        raise SourceError(
            f"{domain}: {name} is not set; set it in the environment, as "
            f"WINSHARE_DOMAINS__{domain.upper()}__API__{name.upper()}"
        )
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value
