"""The points of a publication at which it can be ended from within: no tool of the system needed.

Counted are every opening, renaming, linking, removing and creating of a file (the interpreter's
own audit events), every fsync, every write of ours, and every statement of DuckDB's, which does the
rest of the writing. `syscalls.py` ends it at the system calls themselves, where strace is there.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any

import duckdb

EVENTS = {
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod",
    "os.truncate",
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR


class Points:
    """Counts points from 1; at number `stop` does what `how` says.

    `kill` ends the process there, `EIO` and `ENOSPC` are raised there. A write that is ended has
    written half of what it was given.
    """

    def __init__(self, home: str, stop: int = 0, how: str = "kill") -> None:
        self.home, self.stop, self.how = home, stop, how
        self.passed: list[str] = []
        self._is_on = False

    def reach(self, what: str) -> None:
        if not self._is_on:
            return
        self.passed.append(what)
        if len(self.passed) == self.stop:
            if self.how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            self._is_on = False
            code = getattr(errno, self.how)
            raise OSError(code, os.strerror(code), what)

    def is_next(self) -> bool:
        return self._is_on and len(self.passed) + 1 == self.stop

    def watch(self) -> None:
        """From here on, in this process, for ever."""
        self._is_on = True
        sys.addaudithook(self._hear)
        real_fsync, real_fdopen, real_connect = os.fsync, os.fdopen, duckdb.connect

        def fsync(descriptor: int) -> None:
            self.reach("fsync")
            real_fsync(descriptor)

        def fdopen(*arguments: Any, **named: Any) -> Any:
            return Stream(real_fdopen(*arguments, **named), self)

        def connect(*arguments: Any, **named: Any) -> Any:
            return Statements(real_connect(*arguments, **named), self)

        os.fsync, os.fdopen, duckdb.connect = fsync, fdopen, connect  # type: ignore[assignment]

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in EVENTS or (event == "open" and _writes(arguments)):
            path = str(arguments[0])
            # a folder is removed by descriptor, its files by their names alone
            if path.startswith(self.home) or not path.startswith("/"):
                self.reach(event)


def _writes(arguments: tuple[Any, ...]) -> bool:
    return isinstance(arguments[0], str) and bool((arguments[2] or 0) & WRITING)


class Stream:
    """A file that may be cut in the middle of a write."""

    def __init__(self, real: Any, points: Points) -> None:
        self._real, self._points = real, points

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._real.close()

    def write(self, content: Any) -> int:
        if self._points.is_next():
            self._real.write(content[: len(content) // 2])
            self._real.flush()
        self._points.reach("write")
        return self._real.write(content)


class Statements:
    """A connection to DuckDB that may be ended before any statement."""

    def __init__(self, real: Any, points: Points) -> None:
        self._real, self._points = real, points

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> Statements:
        return self

    def __exit__(self, *_: object) -> None:
        self._real.close()

    def execute(self, *arguments: Any) -> Any:
        self._points.reach("statement")
        return self._real.execute(*arguments)
