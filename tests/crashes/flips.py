"""Bits of a release flipped one at a time, and who notices (S07)."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from orchestration import release
from orchestration.errors import NightError
from orchestration.release_reader import reading


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


def table(told: dict[str, tuple[int, int, int]]) -> str:
    lines = [f"{'file':<10}{'flips':>8}{'found':>8}{'refused':>9}"]
    lines += [f"{kind:<10}{one:>8}{two:>8}{three:>9}" for kind, (one, two, three) in told.items()]
    return "\n".join(lines)


def all_found(told: dict[str, tuple[int, int, int]], count: int) -> bool:
    """Whether verify found each, and no database with a flipped bit was opened."""
    is_whole = sum(tried for tried, *_ in told.values()) == count
    is_refused = told["duckdb"][2] == told["duckdb"][0]
    return is_whole and is_refused and all(found == tried for tried, found, _ in told.values())
