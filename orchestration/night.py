"""The state of one running night: its settings, date, lock and judge, and who is told about it.

Everything that runs a step of a night needs this; it knows nothing of Dagster.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from expectations.process import JudgeProcess
from orchestration import durable, settings
from orchestration.errors import NightError
from orchestration.settings import Settings

# who wants to hear how a night goes on: (stage, what happened). The command line draws progress.
listeners: list[Callable[[str, str], None]] = []


def tell(stage: str, what: str) -> None:
    for listener in listeners:
        listener(stage, what)


class RunLock:
    """One night at a time, whoever started it.

    A lock of the operating system: it goes when the process goes, however that ends, so a
    killed night never keeps the next one out.
    """

    def __init__(self, home: Path) -> None:
        self._path = durable.make_folder(home / "work", mode=0o700) / "night.lock"
        self._stream: IO[str] | None = None

    def acquire(self, holder: str) -> None:
        """Take the lock or raise NightError naming who holds it (M08, F44)."""
        stream = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            held = stream.read().strip() or "another process"
            stream.close()
            raise NightError(
                f"a night is running already: {held}; wait for it to end, nothing was changed"
            ) from None
        stream.truncate(0)
        stream.write(f"{holder}, process {os.getpid()} on {socket.gethostname()}\n")
        stream.flush()
        self._stream = stream

    def is_held_by(self, run_id: str) -> bool:
        """Whether this Dagster run is the night that holds the lock, and is alive to hold it."""
        if not self._path.exists():
            return False
        with self._path.open(encoding="utf-8") as stream:
            if f"Dagster run {run_id[:8]}," not in stream.read():
                return False
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def release(self) -> None:
        if self._stream is not None:
            self._stream.truncate(0)
            self._stream.close()
            self._stream = None


@dataclass
class Night:
    """One running night: what every step of it needs, from its lock to its release id.

    `absent` holds the domains that settings declare absent; `release_id` is known once the
    night's file was opened on its inputs.
    """

    settings: Settings
    run_date: date
    lock: RunLock
    judge: JudgeProcess
    absent: set[str] = field(default_factory=set)
    release_id: str | None = None

    @property
    def home(self) -> Path:
        return self.settings.home

    @classmethod
    def open(cls, run_date: date, holder: str) -> Night:
        """Take the lock and start the judge, which needs seconds to get ready.

        Raises NightError when a night is running or the disk is nearly full.
        """
        current = settings.load()
        durable.make_folder(current.home)
        check_layout(current.home)
        check_free_disk(current)
        lock = RunLock(current.home)
        lock.acquire(f"the night of {run_date} started by {holder}")
        return cls(current, run_date, lock, _ready_judge(), current.absent_domains())

    def close(self) -> None:
        self.judge.close()
        self.lock.release()


def refuse_a_second(home: Path) -> None:
    """Raise NightError at once when a night is running, before seconds of imports."""
    lock = RunLock(home)
    lock.acquire("somebody who looks whether a night can start")
    lock.release()


_early: list[JudgeProcess] = []


def start_judge() -> None:
    """Start the judge before the night has a lock: its seconds of import pass beside Dagster's."""
    judge = JudgeProcess()
    judge.start()
    _early.append(judge)


def dismiss_judge() -> None:
    """End a judge that was started early and that no night took."""
    while _early:
        _early.pop().close()


def _ready_judge() -> JudgeProcess:
    if not _early:
        start_judge()
    return _early.pop()


LAYOUT_VERSION = 1


def check_layout(home: Path) -> None:
    """Mark a new home, refuse one that a newer Winshare has written."""
    path = home / "layout.json"
    if not path.exists():
        durable.write_bytes(path, durable.canonical_json({"layout_version": LAYOUT_VERSION}))
        return
    try:
        found = durable.read_json(path)["layout_version"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise NightError(f"{path} cannot be read; restore it from a backup") from None
    if found != LAYOUT_VERSION:
        raise NightError(
            f"{home} has layout version {found}, this Winshare knows {LAYOUT_VERSION}; "
            "use the Winshare that wrote it"
        )


def check_free_disk(current: Settings) -> None:
    free = shutil.disk_usage(current.home).free / 2**30
    if free < current.minimum_free_disk_gib:
        raise NightError(
            f"{current.home} has {free:.1f} GiB free, a night wants "
            f"{current.minimum_free_disk_gib:g} GiB; make room or lower minimum_free_disk_gib"
        )
