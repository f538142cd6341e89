"""Killed at any point, a night leaves the last release as it was, and a rerun comes to the same."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.night.company import NEXT_DATE, Home, published_bytes, published_data

pytestmark = pytest.mark.night

# Shares of a night's time, from the first imports to the pointer swap. The points are seeded, the
# machine's speed is not, so a kill lands somewhere in each stage over the runs of the campaign.
FEW_POINTS = (0.6,)
SEEDS = range(1, 21)
KILLS = 50  # a seed: a thousand in the campaign
# so many nights are killed one upon the other before one is run to its end and compared
IN_A_ROW = 10


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
@pytest.mark.parametrize("seed", SEEDS)
def test_f42_killed_anywhere_old_or_new_never_mixed(
    seed: int, published: Home, tmp_path: Path
) -> None:
    """Each night finds what the killed one before it left behind."""
    undisturbed = published.copy(tmp_path / "undisturbed")
    seconds = seconds_of_a_night(undisturbed)
    expected, before = published_data(undisturbed), published_bytes(published)
    choose = random.Random(seed)
    saw: Counter[str] = Counter()
    home = published.copy(tmp_path / "killed-0")
    for number in range(1, KILLS + 1):
        code = kill_after(home, seconds * choose.uniform(0.02, 1.02))
        saw["killed" if code == -signal.SIGKILL else "ended by itself"] += 1
        is_old = home.current() == published.current()
        assert published_bytes(home) == before if is_old else published_data(home) == expected
        saw["old" if is_old else "new"] += 1
        if number % IN_A_ROW == 0:
            home.night(NEXT_DATE)
            assert published_data(home) == expected
            saw["run again to the same"] += 1
        if not is_old or number % IN_A_ROW == 0:
            shutil.rmtree(home.path)
            home = published.copy(tmp_path / f"killed-{number}")
    print(f"\nseed {seed}: {dict(saw)}")
