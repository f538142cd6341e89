"""Lists, page by page, each page landed before the next is asked for.

A list ends by the vendor's own end mark, which its paginator knows. Here: what no paginator
knows, that a list goes round in circles or never ends, and that a page is landed once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from requests import PreparedRequest, Request, Response
from requests.auth import AuthBase

from orchestration.errors import SourceError
from orchestration.extract.api.pages import PageStore
from orchestration.extract.api.patience import Patience
from orchestration.extract.api.sending import CarefulSession, look_up


class Lists:
    """Reads lists of one source through dlt's RESTClient and lands their pages."""

    def __init__(
        self,
        base_url: str,
        auth: AuthBase | None,
        session: CarefulSession,
        store: PageStore,
        what_for: str,
        patience: Patience,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.session = session
        # in the session, so that clients other than dlt's that send through it have it too
        session.auth = auth
        self._store = store
        self.what_for = what_for
        self._patience = patience
        self._client = RESTClient(
            base_url=base_url,
            session=session,
            headers={"Accept": "application/json"} | (headers or {}),
            # given, so that dlt does not look for one in files and variables of this machine
            config=RuntimeConfiguration(),
        )

    def read(
        self,
        stream: str,
        path: str,
        *,
        records: str,
        paginator: BasePaginator | None = None,
        params: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
        form: dict[str, Any] | None = None,
        must_have: tuple[str, ...] = (),
        headers: dict[str, str] | None = None,
        lands: bool = True,
    ) -> Iterator[Any]:
        """Each page as parsed JSON, after it has landed under `stream`.

        `records` is the path of the list within a page, as a Stream has it; a page without it, or
        without a path of `must_have`, is only part of one and asked for again.
        """
        what_for = f"{self.what_for} {stream}"
        path_of_list = tuple(records.split(".")) if records not in ("", "$") else ()
        self._store.begin(stream)
        needed = (records, *must_have) if path_of_list else must_have
        self.session.must_have = tuple(dict.fromkeys(needed))
        asked: set[str] = set()
        seen: set[int] = set()
        pages = self._client.paginate(
            path,
            method="GET" if body is None and form is None else "POST",
            params=params,
            json=body,
            data=form,
            headers=headers,
            paginator=_Watched(paginator or SinglePagePaginator(), asked, what_for),
            data_selector="$",
            hooks={"response": []},
        )
        for number, page in enumerate(pages, start=1):
            parsed = page.response.json()
            rows = look_up(parsed, path_of_list)
            if number > self._patience.most_pages:
                raise SourceError(f"{what_for}: more than {self._patience.most_pages} pages")
            if records and not isinstance(rows, list):
                raise SourceError(f"{what_for}: {records} is no list in what the source sends")
            _refuse_the_same_page(rows, seen, what_for)
            if lands:
                self._store.write(stream, page.response.content)
            yield parsed

    def land_list(self, stream: str, path: str, **how: Any) -> None:
        """Land every page of a list of which nothing need be known; `how` as `read` takes it."""
        for _ in self.read(stream, path, **how):
            pass

    def ask(
        self,
        path: str,
        *,
        params: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
        must_have: tuple[str, ...] = (),
        land_as: str | None = None,
    ) -> Any:
        """One answer as parsed JSON; landed only under the name `land_as`."""
        self.session.must_have = must_have
        method = "POST" if body is not None else "GET"
        response = self._client.request(path, method=method, params=params, json=body)
        if land_as is not None:
            self._store.begin(land_as)
            self._store.write(land_as, response.content)
        return response.json()

    def begin(self, stream: str) -> None:
        """A list of which nothing may be there is one that was read."""
        self._store.begin(stream)

    def land(self, stream: str, body: bytes) -> None:
        """Land a page that another client has asked for through our session."""
        self._store.write(stream, body)

    def forget(self, stream: str) -> None:
        self._store.forget(stream)


class _Watched(BasePaginator):
    """A paginator that stops where the request it wants next was sent before (F11)."""

    def __init__(self, inner: BasePaginator, asked: set[str], what_for: str) -> None:
        super().__init__()
        self._inner = inner
        self._asked = asked
        self._what_for = what_for

    @property
    def has_next_page(self) -> bool:
        return self._inner.has_next_page

    def init_request(self, request: Request) -> None:
        self._inner.init_request(request)
        self._asked.add(_fingerprint(request))

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        self._inner.update_state(response, data)

    def update_request(self, request: Request) -> None:
        if not self._inner.has_next_page:
            return
        self._inner.update_request(request)
        fingerprint = _fingerprint(request)
        if fingerprint in self._asked:
            raise SourceError(
                f"{self._what_for}: the source points to a page that was read already; it would "
                "never end"
            )
        self._asked.add(fingerprint)


def _fingerprint(request: Request) -> str:
    prepared = PreparedRequest()
    prepared.prepare_url(request.url, request.params)
    return f"{prepared.url} {json.dumps([request.json, request.data], sort_keys=True)}"


def _refuse_the_same_page(rows: Any, seen: set[int], what_for: str) -> None:
    """Other addresses, same rows: the source does not heed where it is asked to go on."""
    if not isinstance(rows, list) or len(rows) < 2:
        return
    print_of_page = hash(json.dumps([len(rows), rows[0], rows[-1]], sort_keys=True))
    if print_of_page in seen:
        raise SourceError(f"{what_for}: the source sends the same page again and again")
    seen.add(print_of_page)
