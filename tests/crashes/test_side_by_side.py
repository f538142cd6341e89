"""Publications beside each other and beside readers: one wins, and nobody sees two generations."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from orchestration import durable, release, release_build
from orchestration.release_reader import reading
from tests.crashes import small_night
from tests.crashes.forks import Forks

PAIRS, FEW_PAIRS = 200, 3
PUBLICATIONS, FEW_PUBLICATIONS = 1_000, 40


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Forks, Forks]]:
    first, second = Forks(), Forks()
    yield first, second
    first.close()
    second.close()


def _race(two: tuple[Forks, Forks], folder: Path, pairs: int) -> Counter[str]:
    """Publish two nights of one parent at once, time and again; who won, and why the other did
    not."""
    ready = folder / "ready"
    ready.mkdir(parents=True)
    small_night.prepare(ready, 1)
    assert two[0].run(ready, 1)["code"] == 0
    small_night.prepare(ready, 2)
    told: Counter[str] = Counter()
    for _ in range(pairs):
        home = shutil.copytree(ready, folder / "race", symlinks=True)
        two[0].begin(home, 2)
        two[1].begin(home, 3)
        ended = [one.end() for one in two]
        now = release.required(home)
        won = [day for day, one in zip((2, 3), ended, strict=True) if one["code"] == 0]
        assert [small_night.DAYS[day] for day in won] == [now["release_id"]], ended
        assert release.verify(release.folder(home) / now["release_id"]) == []
        [refused] = [one["error"] for one in ended if one["code"]]
        assert f"{now['release_id']} was published while this night ran" in refused
        assert now["parent_release_id"] == small_night.DAYS[1]
        told[f"night {won[0]}"] += 1
        shutil.rmtree(home)
    return told


def test_f44_m08_of_two_nights_at_once_one_publishes(
    two: tuple[Forks, Forks], tmp_path: Path
) -> None:
    assert _race(two, tmp_path, FEW_PAIRS).total() == FEW_PAIRS


@pytest.mark.campaign
def test_f44_m08_of_two_hundred_pairs_of_nights_each_publishes_once(
    two: tuple[Forks, Forks], tmp_path: Path
) -> None:
    told = _race(two, tmp_path, PAIRS)
    print(f"\n{PAIRS} pairs: {dict(told)}")
    assert told.total() == PAIRS


def _publish_generation(home: Path, number: int) -> None:
    """A release whose two tables say which generation they are of."""
    identifier = f"2026-01-05-{number:012d}"
    built = release.folder(home) / f".building-{identifier}"
    durable.make_folder(built)
    with duckdb.connect(str(built / release.FILES["bi"])) as file:
        file.execute(f"create table one as select {number} as generation")
        file.execute(f"create table other as select {number} as generation from range(1000)")
    now = release.current(home)
    manifest = {
        "release_id": identifier,
        "run_date": identifier[:10],
        "parent_release_id": now["release_id"] if now else None,
        "inputs": {},
        "tables": [],
        "files": release_build._files(built),
    }
    durable.write_bytes(built / release.MANIFEST, durable.canonical_json(manifest))
    release.seal(built)
    release.publish(home, built, manifest)


def _generations(reader: duckdb.DuckDBPyConnection) -> set[int]:
    rows = reader.execute("select generation from one union all from other").fetchall()
    return {generation for (generation,) in rows}


def _read_beside(home: Path, publications: int) -> None:
    _publish_generation(home, 0)
    with ExitStack() as opened:
        first = opened.enter_context(reading(home, release.required(home), "bi"))
        by_pointer = duckdb.connect(
            str(release.folder(home) / release.POINTER / "bi.duckdb"), read_only=True
        )
        opened.callback(by_pointer.close)
        for number in range(1, publications + 1):
            _publish_generation(home, number)
            assert _generations(first) == {0}
            assert _generations(by_pointer) == {0}
            with reading(home, release.required(home), "bi") as newest:
                assert _generations(newest) == {number}


def test_f48_an_open_reader_sees_one_generation(tmp_path: Path) -> None:
    _read_beside(tmp_path, FEW_PUBLICATIONS)


@pytest.mark.campaign
def test_f48_a_reader_open_across_a_thousand_publications_sees_one(tmp_path: Path) -> None:
    _read_beside(tmp_path, PUBLICATIONS)
    print(
        f"\n{PUBLICATIONS} publications: an open reader saw generation 0 alone, new ones the newest"
    )
