"""A small HTTP server of the tests' own: serves what a made-up company's vendor would, with faults.

The company decides what is answered; a fault decides what becomes of that answer on its way.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Ask:
    """One request as the server got it; `number` counts from 1."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    # how the answer leaves: cut off after so many bytes, byte by byte with a pause
    cut_after: int | None = None
    pause: float = 0.0
    # sent in one chunk without a length, so that only its content tells that it is cut
    chunked: bool = False


def said(page: Any, status: int = 200, **headers: str) -> Answer:
    """An answer of JSON."""
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, json.dumps(page).encode(), kind | headers)


Company = Callable[[Ask], Answer]
Fault = Callable[[Ask, Answer], Answer]


class Server:
    """Serves `company` on a port of its own, on loopback. `asked` is every request so far."""

    def __init__(self, company: Company, now: datetime | None = None) -> None:
        self.company = company
        self.now = now or datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
        self.faults: list[Fault] = []
        self.asked: list[Ask] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        begun = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        )
        self._server = begun.result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        ours = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not ours:
                task.cancel()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                ask = await self._read(reader)
                if not await self._send(writer, self._answered(ask)):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            with contextlib.suppress(ConnectionError):
                writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Ask:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        method, target, _ = first.split(" ")
        fields = (line.split(":", 1) for line in lines)
        headers = {name.lower(): value.strip() for name, value in fields}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        ask = Ask(len(self.asked) + 1, method, parts.path, query, headers, body)
        self.asked.append(ask)
        return ask

    def _answered(self, ask: Ask) -> Answer:
        try:
            answer = self.company(ask)
        except Exception as error:  # the test shall see what its own company does wrong
            answer = said({"company": repr(error)}, status=418)
        for fault in list(self.faults):
            answer = fault(ask, answer)
        return answer

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer) -> bool:
        headers = {"Date": format_datetime(self.now, usegmt=True), **answer.headers}
        # a date that many seconds from now, by the server's own clock
        if headers.get("Retry-After", "").startswith("+"):
            until = self.now + timedelta(seconds=int(headers["Retry-After"]))
            headers["Retry-After"] = format_datetime(until, usegmt=True)
        body = answer.body
        if answer.chunked:
            headers["Transfer-Encoding"] = "chunked"
            body = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        else:
            headers["Content-Length"] = str(len(body))
        lines = [f"HTTP/1.1 {answer.status} Said", *(f"{k}: {v}" for k, v in headers.items())]
        whole = "\r\n".join([*lines, "", ""]).encode() + body
        if answer.cut_after is not None:
            writer.write(whole[: answer.cut_after])
            await writer.drain()
            writer.transport.abort()
            return False
        if answer.pause:
            for byte in whole:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(answer.pause)
            return True
        writer.write(whole)
        await writer.drain()
        return True


def once(fault: Fault, at: int) -> Fault:
    """`fault` for one request only, the one of that number."""
    return lambda ask, answer: fault(ask, answer) if ask.number == at else answer


def first_times(fault: Fault, times: int, path: str = "") -> Fault:
    """`fault` for the first requests of a path."""
    met = [0]

    def use(ask: Ask, answer: Answer) -> Answer:
        if path in ask.path and met[0] < times:
            met[0] += 1
            return fault(ask, answer)
        return answer

    return use


def status(code: int, **headers: str) -> Fault:
    return lambda ask, answer: said({"error": "so it is"}, status=code, **headers)


def html(ask: Ask, answer: Answer) -> Answer:
    page = b"<html><body>We are down for maintenance</body></html>"
    return Answer(200, page, {"Content-Type": "text/html"})


def reset_at(share: float) -> Fault:
    """The connection breaks after a share of the bytes of the answer, its head included."""
    return lambda ask, answer: Answer(
        answer.status, answer.body, answer.headers, cut_after=int(share * (len(answer.body) + 200))
    )


def cut_json(ask: Ask, answer: Answer) -> Answer:
    """Status 200, properly framed, and half of the content."""
    return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers, chunked=True)


def without(key: str) -> Fault:
    """Only part of a page: well-formed, and one key of it is not there."""

    def use(ask: Ask, answer: Answer) -> Answer:
        page = json.loads(answer.body)
        page.pop(key, None)
        return said(page, answer.status)

    return use


def drip(pause: float) -> Fault:
    return lambda ask, answer: Answer(answer.status, answer.body, answer.headers, pause=pause)


def shuffled(seed: int) -> Fault:
    """Every object's keys in another order, every list of objects too (F13)."""
    drawn = random.Random(seed)

    def mixed(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            drawn.shuffle(keys)
            return {key: mixed(value[key]) for key in keys}
        if isinstance(value, list):
            items = [mixed(item) for item in value]
            drawn.shuffle(items)
            return items
        return value

    def use(ask: Ask, answer: Answer) -> Answer:
        is_json = "json" in answer.headers.get("Content-Type", "")
        return said(mixed(json.loads(answer.body)), answer.status) if is_json else answer

    return use


def bomb(megabytes: int) -> Fault:
    """A small answer that is huge once unpacked."""
    body = gzip.compress(b'{"a":"' + b" " * (megabytes << 20) + b'"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    return lambda ask, answer: Answer(200, body, headers)


PASSING: dict[str, Fault] = {
    "429": status(429, **{"Retry-After": "3"}),
    "429, until a date": status(429, **{"Retry-After": "+5"}),
    "500": status(500),
    "502": status(502),
    "503": status(503, **{"Retry-After": "7"}),
    "a page of HTML": html,
    "no answer": reset_at(0.0),
    "cut in its head": reset_at(0.3),
    "cut in its body": reset_at(0.9),
    "half of its content": cut_json,
}


def weather(seed: int, share: float, seen: Counter[str] | None = None) -> Fault:
    """Faults that pass: each request fares badly with a chance, never four times running.

    `seen` counts them by name.
    """
    drawn = random.Random(seed)
    running = [0]

    def use(ask: Ask, answer: Answer) -> Answer:
        if running[0] < 3 and drawn.random() < share:
            running[0] += 1
            name = drawn.choice(sorted(PASSING))
            if seen is not None:
                seen[name] += 1
            return PASSING[name](ask, answer)
        # a token that was refused on the way is no rest from it
        if answer.status < 400:
            running[0] = 0
        return answer

    return use
