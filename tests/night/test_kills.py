"""Killed at any point, a night leaves the last release as it was, and a rerun comes to the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.night.company import NEXT_DATE, Home, published_bytes, published_data

pytestmark = pytest.mark.night

# Shares of a night's time, from the first imports to the pointer swap. The points are seeded, the
# machine's speed is not, so a kill lands somewhere in each stage over the runs of the campaign.
POINTS = (0.15, 0.4, 0.65, 0.85, 0.97)
FEW_POINTS = (0.6,)


def seconds_of_a_night(home: Home) -> float:
    started = time.monotonic()
    home.night(NEXT_DATE)
    return time.monotonic() - started


def kill_after(home: Home, seconds: float) -> int:
    """SIGKILL the night and everything it started after so many seconds; returns its exit code."""
    process = subprocess.Popen(
        home.command("night", "--run-date", NEXT_DATE),
        env=home.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait(timeout=30)


def _kill_at(points: tuple[float, ...], published: Home, folder: Path) -> None:
    undisturbed = published.copy(folder / "undisturbed")
    seconds = seconds_of_a_night(undisturbed)
    expected = published_data(undisturbed)
    before = published_bytes(published)
    choose = random.Random(42)
    for point in points:
        home = published.copy(folder / f"killed-{point}")
        kill_after(home, seconds * (point + choose.uniform(-0.05, 0.03)))
        if home.current() == published.current():
            assert published_bytes(home) == before
        else:
            assert published_data(home) == expected
        home.night(NEXT_DATE)
        assert published_data(home) == expected


def test_f42_killed_in_the_middle(published: Home, tmp_path: Path) -> None:
    _kill_at(FEW_POINTS, published, tmp_path)


@pytest.mark.campaign
def test_f42_killed_anywhere_old_or_new_never_mixed(published: Home, tmp_path: Path) -> None:
    _kill_at(POINTS, published, tmp_path)
