"""Xero's accounting API 2.0. Reads only: the scopes are listed in docs/sources.md.

Journals are only ever added, and numbered: each night goes on from the last number. Invoices and
credit notes are listed as they changed, by id, so that one which changes meanwhile moves nobody.
"""

from __future__ import annotations

from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from orchestration.extract.api.tokens import renewable
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

_ADDRESS = "https://api.xero.com"
_TOKENS = "https://identity.xero.com/connect/token"
_API = "/api.xro/2.0"
_SCOPES = (
    "accounting.settings.read accounting.transactions.read accounting.journals.read "
    "accounting.contacts.read"
)


def _connect(source: ApiSource) -> Connection:
    auth = renewable(
        f"{source.url}/connect/token" if source.url else _TOKENS,
        secret(source, "client_id", "finance"),
        secret(source, "client_secret", "finance"),
        scope=_SCOPES,
    )
    # a custom connection is of one company and names none
    tenant = {"Xero-tenant-id": source.account} if source.account else {}
    return Connection(source.url or _ADDRESS, auth, auth.renew, headers=tenant)


class _FromNumber(BasePaginator):
    """Goes on from the last journal's number; an empty page is the last."""

    def __init__(self, reached: str) -> None:
        super().__init__()
        self.reached = reached

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        numbers = [journal["JournalNumber"] for journal in response.json()["Journals"]]
        self._has_next_page = bool(numbers)
        if numbers:
            self.reached = str(max(numbers))

    def update_request(self, request: Request) -> None:
        request.params = {**(request.params or {}), "offset": self.reached}


class _PageByPage(BasePaginator):
    """Page after page, to the number of pages that each one tells."""

    def __init__(self) -> None:
        super().__init__()
        self._page = 1

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        self._has_next_page = self._page < response.json()["pagination"]["pageCount"]
        self._page += 1

    def update_request(self, request: Request) -> None:
        request.params = {**(request.params or {}), "page": self._page}


def _journals(reading: Reading, window: Window) -> Outcome:
    upward = _FromNumber(window.token or "0")
    reading.lists.land_list(
        "journal",
        f"{_API}/Journals",
        records="Journals",
        paginator=upward,
        params={"offset": upward.reached},
    )
    return Outcome(token=upward.reached)


def _documents(name: str, path: str, key: str) -> Stream:
    def read(reading: Reading, window: Window) -> Outcome:
        since = window.since.strftime("%Y-%m-%dT%H:%M:%S") if window.since else None
        counted = None
        pages = reading.lists.read(
            name,
            f"{_API}/{path}",
            records=path,
            paginator=_PageByPage(),
            params={"page": 1, "pageSize": 1000, "order": f"{key} ASC"},
            headers={"If-Modified-Since": since} if since else None,
            must_have=("pagination.pageCount", "pagination.itemCount"),
        )
        for page in pages:
            # what was there when the read began: what is added meanwhile, to a page that has passed
            # perhaps, comes the next night
            counted = page["pagination"]["itemCount"] if counted is None else counted
        return Outcome(counted=counted)

    return Stream(name, path, read, key=(key,), version=("UpdatedDateUTC",))


def _whole(name: str, path: str, records: str, key: str) -> Stream:
    def read(reading: Reading, window: Window) -> Outcome:
        reading.lists.land_list(name, f"{_API}/{path}", records=records)
        return Outcome()

    return Stream(name, records, read, key=(key,), is_whole=True)


VENDOR = Vendor(
    name="xero",
    domain="finance",
    version="api 2.0",
    hello=f"{_API}/Organisation",
    connect=_connect,
    streams=(
        _whole("organisation", "Organisation", "Organisations", "OrganisationID"),
        _whole("account", "Accounts", "Accounts", "AccountID"),
        Stream("journal", "Journals", _journals, key=("JournalID",), is_history=True),
        _documents("invoice", "Invoices", "InvoiceID"),
        _documents("credit_note", "CreditNotes", "CreditNoteID"),
    ),
    # Xero deletes nothing that was approved: it voids. A draft that was deleted is no invoice
    gone={"invoice": ("status", "DELETED"), "credit_note": ("status", "DELETED")},
)
