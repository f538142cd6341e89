"""Publishing ended at any point from within: old or new, never a mix, and again the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crashes.forks import Forks
from tests.crashes.judged import Judged, Stage, tried

# every so manieth point of building; all of what moves a release into place
STRIDE = 12
LAST = 14
ERRORS = ("EIO", "ENOSPC")


def test_the_points_are_all_of_a_publication(stage: Stage) -> None:
    """Fails if the harness has gone deaf: a publication has each kind of point."""
    for kind in ("fsync", "write", "statement", "open", "os.rename", "os.symlink", "os.mkdir"):
        assert kind in stage.points, kind
    assert len(stage.points) > 100


def test_f42_killed_while_publishing_old_or_new_and_again_the_same(
    stage: Stage, forks: Forks, tmp_path: Path
) -> None:
    count = len(stage.points)
    judged = Judged()
    for stop in sorted({*range(1, count, STRIDE), *range(count - LAST, count + 1)}):
        tried(stage, forks, tmp_path, judged, stop=stop, how="kill")
    assert judged.sound(), (judged.mixed, judged.differing)
    assert judged.ends["killed"] == judged.count
    assert judged.saw["old"]
    assert judged.saw["new"], "the last points lie behind the pointer"


def test_f46_no_room_or_a_bad_disk_while_publishing(
    stage: Stage, forks: Forks, tmp_path: Path
) -> None:
    count = len(stage.points)
    judged = Judged()
    for place, stop in enumerate(sorted({*range(2, count, STRIDE), *range(count - 6, count + 1)})):
        tried(stage, forks, tmp_path, judged, stop=stop, how=ERRORS[place % 2])
    assert judged.sound(), (judged.mixed, judged.differing)
    assert judged.ends["refused"] == judged.count, "an error that nobody notices is none"


def test_f42_a_writer_in_place_is_caught(
    forks: Forks, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """Positive control: the same harness, over a writer that changes what readers see."""
    naive = Stage.make(tmp_path_factory.mktemp("in_place"), forks, writer="in place")
    judged = Judged()
    for stop in range(1, len(naive.points) + 1):
        tried(naive, forks, tmp_path, judged, stop=stop, how="kill", writer="in place")
    assert judged.saw["mixture"] > judged.count / 2


@pytest.mark.campaign
@pytest.mark.parametrize("how", ["kill", *ERRORS])
def test_f42_f46_ended_at_every_point_of_publishing(
    how: str, stage: Stage, forks: Forks, tmp_path: Path
) -> None:
    judged = Judged()
    for stop in range(1, len(stage.points) + 1):
        tried(stage, forks, tmp_path, judged, stop=stop, how=how)
    print(f"\n{how}: {judged.table()}")
    assert judged.sound(), (judged.mixed, judged.differing)
