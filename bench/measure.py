"""Run a command as a whole process and say what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    said: dict


def run(module: str, arguments: list[str], environment: dict[str, str]) -> Cost:
    """Run `python -m module`, whose last line of output is JSON. Raises when it fails.

    Memory is the largest single process, as the operating system accounts it; CPU covers the
    children too.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None, "it was asked for"
    lines = process.stdout.read().splitlines()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    if status != 0:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed: {lines[-5:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, json.loads(lines[-1]))


def folder_mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
