"""Flipped bits by the thousand, over a small release of the real builder's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crashes import small_night
from tests.crashes.flips import all_found, flips_found, table

SEEDS = range(1, 11)
FLIPS = 1_000  # a seed: ten thousand in the campaign


def _found(folder: Path, seed: int, count: int) -> None:
    small_night.prepare(folder, 1)
    small_night.publish_day(folder, 1)
    told = flips_found(folder, small_night.DAYS[1], seed, count)
    print(f"\nseed {seed}\n{table(told)}")
    assert all_found(told, count)


def test_s07_flipped_bits_of_a_small_release_are_found(tmp_path: Path) -> None:
    _found(tmp_path, seed=0, count=300)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", SEEDS)
def test_s07_every_flipped_bit_is_found_and_refused(seed: int, tmp_path: Path) -> None:
    _found(tmp_path, seed, FLIPS)
