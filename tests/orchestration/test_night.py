"""One night at a time, on a home it knows, with room to write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import durable, night
from orchestration.errors import NightError
from orchestration.night import RunLock
from orchestration.settings import Settings

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.night import RunLock
lock = RunLock(Path(sys.argv[1]))
lock.acquire("the night of 2026-01-05 started by schedule")
print("held", flush=True)
time.sleep(60)
"""


def test_f44_a_second_night_says_who_holds_the_lock(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(NightError, match=f"started by schedule, process {holder.pid} on "):
            RunLock(tmp_path).acquire("a second night")
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(timeout=10)
        lock = RunLock(tmp_path)
        lock.acquire("a night after the kill")
        lock.release()
    finally:
        holder.kill()
        holder.wait(timeout=10)


def test_a_released_lock_is_free(tmp_path: Path) -> None:
    for _ in range(2):
        lock = RunLock(tmp_path)
        lock.acquire("one after the other")
        lock.release()


def test_a_home_of_another_layout_is_refused(tmp_path: Path) -> None:
    night.check_layout(tmp_path)
    night.check_layout(tmp_path)
    durable.write_bytes(tmp_path / "layout.json", b'{"layout_version": 99}')
    with pytest.raises(NightError, match="layout version 99"):
        night.check_layout(tmp_path)
    durable.write_bytes(tmp_path / "layout.json", b"{")
    with pytest.raises(NightError, match="cannot be read"):
        night.check_layout(tmp_path)


def test_f46_a_full_disk_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    current = Settings(home=tmp_path, minimum_free_disk_gib=1e9)
    with pytest.raises(NightError, match="GiB free, a night wants"):
        night.check_free_disk(current)
    night.check_free_disk(Settings(home=tmp_path, minimum_free_disk_gib=0))
