"""Ending a publication at the system calls themselves, DuckDB's own too, by strace's injection."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

from tests.crashes.forks import Forks

MOVING = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "symlink", "symlinkat", "rmdir")
WRITING = ("write", "pwrite64", "pwritev", "fsync", "fdatasync", "ftruncate", "mkdir")
# of which an error is raised as well: the disk is full, or bad
FAILING = ("write", "pwrite64", "fsync", "fdatasync")
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)


def is_here() -> bool:
    return shutil.which("strace") is not None


def counted(home: Path, forks: Forks, log: Path) -> Counter[str]:
    """How often an undisturbed publication makes each of the calls."""
    calls = ",".join(MOVING + WRITING)
    command = ["strace", "-f", "-qq", "-e", f"trace={calls}", "-e", "signal=none", "-o", str(log)]
    ended = forks.run(home, strace=command)
    assert ended["code"] == 0, ended["error"]
    return Counter(_CALL.findall(log.read_text(encoding="utf-8", errors="replace")))


def ending(call: str, number: int, how: str) -> list[str]:
    """The command under which call number `number` of that name kills, or fails with `how`."""
    what = "signal=KILL" if how == "kill" else f"error={how}"
    return [
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", "signal=none",
        "-e", f"inject={call}:{what}:when={number}",
    ]  # fmt: skip
