"""One request, sent until it is answered well or given up: the session under dlt's RESTClient.

dlt's own retrying session shortens a Retry-After to its longest delay, has no end for an answer
that drips, and reads a body of any size before anybody can look at it.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from dlt.sources.helpers.requests.session import Session
from requests import PreparedRequest, Response
from requests.exceptions import ConnectionError, RequestException, Timeout

from orchestration.errors import SourceError
from orchestration.extract.api.patience import Clock, Patience, asked_wait

_CHUNK = 1 << 16
_UNAUTHORISED = 401
_TOO_MANY = 429


class Refused(SourceError):
    """The source said no, and a second try would not change that."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class _Unusable(Exception):
    """An answer that cannot be used; another try may bring a better one."""


@dataclass(frozen=True)
class Complaint:
    """What an answer of status 200 complains of; `is_of_token`: as one of status 401 would."""

    said: str
    is_of_token: bool = False


class CarefulSession(Session):
    """Sends to one origin only, follows no redirect, and answers only with whole, well-formed JSON.

    `renew` gets a new token for a request that was refused as unauthorised, once; None where the
    token is for ever.
    """

    def __init__(
        self,
        base_url: str,
        what_for: str,
        patience: Patience,
        clock: Clock,
        renew: Callable[[PreparedRequest], None] | None = None,
    ) -> None:
        super().__init__(raise_for_status=False)
        # proxies and .netrc are the machine's; a .netrc would put another password on our requests
        self.trust_env = False
        self._origin = urlsplit(base_url)[:2]
        self._what_for = what_for
        self._patience = patience
        self._clock = clock
        self._renew = renew
        self._deadline = clock.now() + patience.whole_seconds
        # keys without which an answer is only part of a page; set by whoever asks
        self.must_have: tuple[str, ...] = ()
        # says what an answer of status 200 complains of, for vendors that answer errors so
        self.complaint: Callable[[Any], Complaint | None] = lambda page: None
        self.server_date: str | None = None
        # of the last good answer
        self.body = b""

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """The answer, its body read and parsed. Raises SourceError, which never holds a value."""
        if urlsplit(request.url or "")[:2] != self._origin:
            raise SourceError(f"{self._what_for}: the source points to another host; not followed")
        renewed = False
        number = 0
        while number < self._patience.tries:
            number += 1
            asked = None
            try:
                response = self._answer(request)
                problem = self._judge(request, response)
            except _Unusable as error:
                problem = str(error)
            else:
                if problem is None:
                    self.server_date = response.headers.get("Date", self.server_date)
                    self.body = response.content
                    return response
                if response.status_code == _UNAUTHORISED and self._renew and not renewed:
                    self._renew(request)
                    renewed = True
                    # a token that ran out is no bad answer, and must not be the last of them
                    number -= 1
                    continue
                if not _may_pass(response.status_code):
                    raise Refused(f"{self._what_for}: {problem}", response.status_code)
                date_header = response.headers.get("Date")
                retry_after = response.headers.get("Retry-After")
                asked = asked_wait(retry_after, date_header, self._clock.wall())
            if number < self._patience.tries:
                self._wait(problem, number, asked)
        raise SourceError(
            f"{self._what_for}: {problem}, {self._patience.tries} times; nothing was landed"
        )

    def _wait(self, problem: str, number: int, asked: float | None) -> None:
        backoff = min(self._patience.first_wait * 2 ** (number - 1), self._patience.longest_wait)
        wait = max(backoff, asked or 0.0)
        if self._clock.now() + wait > self._deadline:
            raise SourceError(
                f"{self._what_for}: {problem}, and waiting {wait:.0f} s more would outlast the "
                f"{self._patience.whole_seconds:.0f} s that one domain may take"
            )
        self._clock.sleep(wait)

    def _judge(self, request: PreparedRequest, response: Response) -> str | None:
        """What is wrong with a complete answer; None where nothing is."""
        status = response.status_code
        if 300 <= status < 400:
            return "the source redirects, which a changed address or a log-in page does"
        if status >= 400:
            return f"the source answers {status} ({response.reason or 'no reason given'})"
        if _is_table(request, response):
            if not _is_whole_table(response):
                raise _Unusable("the source sends only part of a table")
            return None
        page = _parsed(response)
        complaint = self.complaint(page)
        if complaint and complaint.is_of_token:
            response.status_code = _UNAUTHORISED
            return f"the source complains: {complaint.said}"
        if complaint:
            raise _Unusable(f"the source complains: {complaint.said}")
        lacking = [key for key in self.must_have if not _has(page, key)]
        if lacking:
            raise _Unusable(f"the source sends a page without {', '.join(lacking)}")
        # parsed once; dlt's paginators and we read the same object
        response.json = lambda **kwargs: page  # type: ignore[method-assign]
        return None

    def _answer(self, request: PreparedRequest) -> Response:
        """One answer with its whole body, within the time that one answer may take.

        In a thread of its own: a time-out of the socket is between two bytes, and one byte a second
        would never meet it. A thread that is given up dies with its connection.
        """
        outcome: dict[str, Any] = {}

        def work() -> None:
            try:
                outcome["response"] = self._receive(request, outcome)
            except BaseException as error:
                outcome["error"] = error

        if self._clock.now() > self._deadline:
            limit = self._patience.whole_seconds
            raise SourceError(f"{self._what_for}: not read to its end within {limit:.0f} s")
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(self._patience.answer_seconds)
        if thread.is_alive():
            outcome["given_up"] = True
            raise _Unusable(
                f"the source takes longer than {self._patience.answer_seconds:.0f} s for one answer"
            )
        error = outcome.get("error")
        if isinstance(error, Timeout):
            raise _Unusable("the source stays silent") from None
        if isinstance(error, ConnectionError):
            raise _Unusable("the connection to the source cannot be made or breaks") from None
        if isinstance(error, (RequestException, urllib3.exceptions.HTTPError, OSError)):
            raise _Unusable("the answer of the source breaks off or is garbled") from None
        if error is not None:
            raise error
        return outcome["response"]

    def _receive(self, request: PreparedRequest, outcome: dict[str, Any]) -> Response:
        timeout = (self._patience.connect_seconds, self._patience.silence_seconds)
        response = super().send(request, stream=True, allow_redirects=False, timeout=timeout)
        body = bytearray()
        try:
            for chunk in response.raw.stream(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._patience.largest_answer:
                    limit = self._patience.largest_answer >> 20
                    raise SourceError(f"{self._what_for}: one answer is larger than {limit} MiB")
                if "given_up" in outcome:
                    break
        except BaseException:
            response.close()
            raise
        response._content = bytes(body)
        response._content_consumed = True
        response.raw.release_conn()
        return response


def _may_pass(status: int) -> bool:
    return status == _TOO_MANY or status >= 500 or status in (408, 425)


def _is_table(request: PreparedRequest, response: Response) -> bool:
    """Whether CSV was asked for and came."""
    told = (request.headers.get("Accept", ""), response.headers.get("Content-Type", ""))
    return all(kind.startswith("text/csv") for kind in told)


def _is_whole_table(response: Response) -> bool:
    """Whether every row has every field, and there are as many as the answer's head says."""
    rows = csv.reader(io.StringIO(response.content.decode("utf-8")), strict=True)
    try:
        widths = [len(row) for row in rows]
    except csv.Error:
        return False
    told = response.headers.get("Sforce-NumberOfRecords")
    counted = told is None or int(told) == len(widths) - 1
    return counted and len(set(widths)) == 1 and response.content.endswith(b"\n")


def _parsed(response: Response) -> Any:
    """The body as JSON; numbers are read by DuckDB from the page itself, not from here."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        return json.loads(response.content, parse_constant=refuse)
    except RecursionError:
        raise _Unusable("the source sends JSON nested too deep to be read") from None
    except ValueError:
        kind = response.headers.get("Content-Type", "no type").split(";")[0].strip()
        raise _Unusable(f"the source sends what is no whole JSON ({kind})") from None


def _has(page: Any, path: str) -> bool:
    return look_up(page, path.split("."), default=_NOTHING) is not _NOTHING


_NOTHING = object()


def look_up(page: Any, path: Iterable[str], default: Any = None) -> Any:
    """The value at a path of keys; `default` where any of them is not there."""
    for key in path:
        if not isinstance(page, dict) or key not in page:
            return default
        page = page[key]
    return page
