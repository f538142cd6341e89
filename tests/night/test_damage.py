"""One bit of a published release that is not as it was, wherever it is, is found; and nobody is
shown what came of it (S07)."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration import release
from orchestration.errors import NightError
from orchestration.release_reader import reading
from tests.night.company import Home

pytestmark = pytest.mark.night

SEEDS = range(1, 11)
FLIPS = 1_000  # a seed: ten thousand in the campaign
FEW_FLIPS = 100


def flip(path: Path, bit: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(bit // 8)
        byte = stream.read(1)[0]
        stream.seek(bit // 8)
        stream.write(bytes([byte ^ (1 << bit % 8)]))


def flips_found(
    home: Path, identifier: str, seed: int, count: int
) -> dict[str, tuple[int, int, int]]:
    """Flip `count` seeded bits one at a time; by kind of file: flips, found by verify, and refused
    to whoever starts to read it through Winshare.

    Half of the flips choose the file first, so that small ones are hit as well, half go by size.
    """
    built = release.folder(home) / identifier
    files = sorted(path for path in built.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    audiences = {built / name: audience for audience, name in release.FILES.items()}
    choose = random.Random(seed)
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for number in range(count):
        [path] = choose.choices(files, sizes if number % 2 else None)
        bit = choose.randrange(path.stat().st_size * 8)
        kind = path.suffix.lstrip(".")
        flip(path, bit)
        tried[kind] += 1
        found[kind] += bool(release.verify(built))
        refused[kind] += _is_refused(home, identifier, audiences.get(path), path)
        flip(path, bit)
    assert release.verify(built) == [], "the release is as it was"
    return {kind: (tried[kind], found[kind], refused[kind]) for kind in sorted(tried)}


def _is_refused(home: Path, identifier: str, audience: str | None, path: Path) -> bool:
    if audience is None and path.name not in (release.MANIFEST, release.SEAL):
        return False
    try:
        with reading(home, release.required(home, identifier), audience or "bi"):
            return False
    except NightError as error:
        return "damaged" in str(error)


def _refuses_all(home: Home, folder: Path, seed: int, count: int) -> None:
    identifier = home.release.name
    # a copy of bytes: the files of a copied home are shared with other tests
    to = release.folder(folder) / identifier
    shutil.copytree(home.release, to)
    told = flips_found(folder, identifier, seed, count)
    print(f"\nseed {seed}\n{'file':<10}{'flips':>8}{'found':>8}{'refused':>9}")
    for kind, (tried, found, refused) in told.items():
        print(f"{kind:<10}{tried:>8}{found:>8}{refused:>9}")
    assert sum(tried for tried, *_ in told.values()) == count
    assert all(found == tried for tried, found, _ in told.values())
    assert told["duckdb"][2] == told["duckdb"][0], "no database with a flipped bit is opened"


def test_s07_a_flipped_bit_of_a_release_is_found_and_refused(
    published: Home, tmp_path: Path
) -> None:
    _refuses_all(published, tmp_path / "copy", 0, FEW_FLIPS)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", SEEDS)
def test_s07_every_flipped_bit_of_a_release_is_found_and_refused(
    seed: int, published: Home, tmp_path: Path
) -> None:
    _refuses_all(published, tmp_path / "copy", seed, FLIPS)


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
