"""One bit of a published release that is not as it was, wherever it is, is found; and nobody is
shown what came of it (S07)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import release
from tests.crashes.flips import all_found, flip, flips_found, table
from tests.night.company import Home

pytestmark = pytest.mark.night

FLIPS = 100


def test_s07_a_flipped_bit_of_a_release_is_found_and_refused(
    published: Home, tmp_path: Path
) -> None:
    identifier = published.release.name
    # a copy of bytes: the files of a copied home are shared with other tests
    shutil.copytree(published.release, release.folder(tmp_path / "copy") / identifier)
    told = flips_found(tmp_path / "copy", identifier, seed=0, count=FLIPS)
    assert all_found(told, FLIPS), table(told)


def test_s07_without_the_hashes_a_flipped_bit_is_shown(published: Home, tmp_path: Path) -> None:
    """Positive control: DuckDB itself reads most damaged Parquet as if nothing were wrong."""
    path = tmp_path / "lines.parquet"
    source = published.release / "finance" / "parquet" / "bonus" / "fct_payout_lines.parquet"
    sound = source.read_bytes()
    path.write_bytes(sound)
    choose, silent = random.Random(1), 0
    with duckdb.connect() as reader:
        whole = reader.execute(f"from '{path}'").fetchall()
        for _ in range(40):
            flip(path, choose.randrange(len(sound) * 8))
            try:
                silent += reader.execute(f"from '{path}'").fetchall() != whole
            except Exception:
                continue
            finally:
                path.write_bytes(sound)
    assert silent > 0
